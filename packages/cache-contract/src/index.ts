export { hasAdd, type AddingCache } from './adding-cache.js';
export { hasMany, type BatchCache, type BatchEntry } from './batch-cache.js';
export type { Behaviour, Normalisation } from './behaviour.js';
export type { Cache, SetOptions } from './cache.js';
export type { CacheCapabilities } from './cache-capabilities.js';
export { CacheError, describeValue, type CacheErrorCode } from './cache-error.js';
export { assertKey, MAX_KEY_LENGTH } from './cache-key.js';
export { hitRateOf, type CacheStats } from './cache-stats.js';
export { assertValue } from './cache-value.js';
export type { Clock, Timer } from './clock.js';
export { hasEntries, type CacheEntry, type IterableCache } from './iterable-cache.js';
export {
  hasLeases,
  type FillOptions,
  type Lease,
  type LeasedLookup,
  type LeasingCache,
} from './leasing-cache.js';
export { hasStatsNow, type LocalCache } from './local-cache.js';
export { MISS, type Hit, type Lookup, type Miss } from './lookup.js';
export { compareCaches, type PreflightOptions } from './preflight/compare-caches.js';
export { formatPreflight } from './preflight/format-preflight.js';
export type {
  PreflightFinding,
  PreflightReport,
  PreflightVerdict,
} from './preflight/preflight-report.js';
export { systemClock } from './system-clock.js';
export { MAX_TTL, wholeTtl } from './ttl.js';
