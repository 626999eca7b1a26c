export { nodeRedisCache, type NodeRedisClient } from './node-redis-adapter.js';
export type { RedisCache } from './redis-cache.js';
export type { RedisCacheOptions } from './redis-options.js';
