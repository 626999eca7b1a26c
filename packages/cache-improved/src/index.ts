export { CacheMetrics } from './cache-metrics.js';
export type {
  Awaitable,
  CacheStorage,
  Removal,
  RemovalReason,
  StorageTraits,
} from './cache-storage.js';
export { CacheTTLManager, type CacheTTLManagerOptions } from './cache-ttl-manager.js';
export { ImprovedAsyncCache, type ImprovedAsyncCacheOptions } from './improved-async-cache.js';
export type { PolicyName } from './engine/policies.js';
export type { Lifetime } from './lifetime.js';
export { MemoryStorage, type MemoryStorageOptions } from './memory-storage.js';
export { MemoryStore, type MemoryBounds, type MemoryStoreOptions } from './memory-store.js';
