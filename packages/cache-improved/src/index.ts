export { CacheMetrics } from './cache-metrics.js';
export type {
  Awaitable,
  CacheStorage,
  Removal,
  RemovalReason,
  StorageEntry,
  StorageTraits,
} from './cache-storage.js';
export { CacheTTLManager, type CacheTTLManagerOptions } from './cache-ttl-manager.js';
export { ImprovedAsyncCache, type ImprovedAsyncCacheOptions } from './improved-async-cache.js';
export type { Lifetime } from './lifetime.js';
export { MemoryStorage, type MemoryStorageOptions } from './memory-storage.js';
export { MemoryStore, type MemoryStoreOptions } from './memory-store.js';
export type { ClaimedLookup, ClaimingStorage } from './tiers/claiming-storage.js';
export type { BusListener, InvalidationBus } from './tiers/invalidation-bus.js';
export { TieredStorage, type TieredStorageOptions } from './tiers/tiered-storage.js';
