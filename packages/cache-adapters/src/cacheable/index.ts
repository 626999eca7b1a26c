export { cacheableCache, type CacheableInstance } from './cacheable-adapter.js';
export type { KeyvCacheOptions } from '../keyv/keyv-backend.js';
export type { KeyvInstance, KeyvRaw } from '../keyv/keyv-instance.js';
