import { libraryBundle } from '@resync/tooling-bundler';

export default libraryBundle({ index: 'src/index.ts', 'fleet/index': 'src/fleet/index.ts' });
