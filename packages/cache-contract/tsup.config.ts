import { libraryBundle } from '@resync/tooling-bundler';

export default libraryBundle({
  index: 'src/index.ts',
  'plain-data/index': 'src/plain-data/index.ts',
  'testing/index': 'src/testing/index.ts',
  'conformance/index': 'src/conformance/index.ts',
  'conformance/run/index': 'src/conformance/run/index.ts',
});
