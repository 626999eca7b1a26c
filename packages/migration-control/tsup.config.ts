import { libraryBundleWithCommands } from '@resync/tooling-bundler';

export default libraryBundleWithCommands(
  {
    index: 'src/index.ts',
    'admin/index': 'src/admin/index.ts',
    'fleet/index': 'src/fleet/index.ts',
    'redis/index': 'src/redis/index.ts',
    'open-feature/index': 'src/open-feature/index.ts',
  },
  { 'resync-migrate': 'src/cli/system-resync-migrate.ts' },
);
