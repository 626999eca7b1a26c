export { iovalkeyCache } from './iovalkey-adapter.js';
export type { CallClient } from '../redis/call-client.js';
export type { RedisCache } from '../redis/redis-cache.js';
export type { RedisCacheOptions } from '../redis/redis-options.js';
