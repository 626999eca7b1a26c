export { listMemcachedKeys } from './list-memcached-keys.js';
export { memcachedCache } from './memcached-adapter.js';
export type { MemcachedClient } from './memcached-client.js';
export type { MemcachedCacheOptions } from './memcached-options.js';
