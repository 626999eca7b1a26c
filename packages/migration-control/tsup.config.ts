import { libraryBundle } from '@resync/tooling-bundler';

export default libraryBundle({
  index: 'src/index.ts',
  'admin/index': 'src/admin/index.ts',
  'fleet/index': 'src/fleet/index.ts',
  'redis/index': 'src/redis/index.ts',
  'open-feature/index': 'src/open-feature/index.ts',
});
