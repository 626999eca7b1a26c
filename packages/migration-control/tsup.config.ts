import { libraryBundle } from '@resync/tooling-bundler';

export default libraryBundle({ index: 'src/index.ts', 'redis/index': 'src/fleet/index.ts' });
