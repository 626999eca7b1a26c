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
export { ImprovedAsyncCache } from './improved-async-cache.js';
export type {
  EntryOptions,
  ImprovedAsyncCacheOptions,
  NamespaceOptions,
  TaggedBatchEntry,
} from './improved-cache-options.js';
export type { PolicyName } from './engine/policies.js';
export type { Lifetime } from './lifetime.js';
export type {
  BatchFactory,
  BatchLoadContext,
  Factory,
  LoadContext,
} from './loading/load-context.js';
export type { LoadDefaults, LoadOptions } from './loading/load-options.js';
export type { LoadStats } from './loading/load-stats.js';
export type { LoadTimeout } from './loading/load-timeout.js';
export { MemoryStorage, type MemoryStorageOptions } from './memory-storage.js';
export type { MemoryBounds, MemoryStoreOptions } from './memory-store-options.js';
export { MemoryStore } from './memory-store.js';
export type { RemovalListener } from './removals/removal-reports.js';
export type {
  RestoreOptions,
  RestoreReport,
  SnapshotOptions,
} from './snapshot/restore-snapshot.js';
export type { SnapshotError } from './snapshot/snapshot-format.js';
export type { SnapshotInput } from './snapshot/snapshot-lines.js';
export type { ValueCodec } from './value-codec.js';
export type { ClaimedLookup, ClaimingStorage } from './tiers/claiming-storage.js';
export type { BusListener, InvalidationBus } from './tiers/invalidation-bus.js';
export { TieredStorage, type TieredStorageOptions } from './tiers/tiered-storage.js';
