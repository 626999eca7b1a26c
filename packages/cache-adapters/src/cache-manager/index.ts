export { cacheManagerCache, type CacheManagerInstance } from './cache-manager-adapter.js';
export type { KeyvCacheOptions } from '../keyv/keyv-backend.js';
export type { KeyvInstance, KeyvRaw } from '../keyv/keyv-instance.js';
