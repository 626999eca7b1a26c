import { libraryBundle } from '@resync/tooling-bundler';

export default libraryBundle({
  'lru-cache/index': 'src/lru-cache/index.ts',
  'ttlcache/index': 'src/ttlcache/index.ts',
  'node-cache/index': 'src/node-cache/index.ts',
  'keyv/index': 'src/keyv/index.ts',
  'cache-manager/index': 'src/cache-manager/index.ts',
  'cacheable/index': 'src/cacheable/index.ts',
  'redis/index': 'src/redis/index.ts',
  'ioredis/index': 'src/ioredis/index.ts',
  'iovalkey/index': 'src/iovalkey/index.ts',
  'memcached/index': 'src/memcached/index.ts',
});
