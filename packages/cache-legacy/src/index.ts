export { AsyncTTLCache, type LegacyEntry, type RemovalCounts } from './async-ttl-cache.js';
export type { AsyncTTLCacheOptions } from './async-ttl-cache-options.js';
export type { BackupSnapshot, SnapshotEntry } from './backup-snapshot.js';
export type { DetailedMetrics } from './detailed-metrics.js';
export type { FacadeMetrics } from './facade-metrics.js';
export type { HealthReport } from './health-check.js';
export {
  improvedOptionsFrom,
  type ImprovedOptions,
  type ImprovedOptionsReport,
  type OptionWithoutCounterpart,
} from './improved-options.js';
export { legacyCache, type LegacyCacheOptions } from './legacy-cache.js';
export { legacyFacade, type LegacyFacade, type LegacyFacadeOptions } from './legacy-facade.js';
export type { TransactionOperation } from './transaction.js';
