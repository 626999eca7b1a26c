export type { Cache, SetOptions } from './cache.js';
export type { CacheCapabilities } from './cache-capabilities.js';
export { CacheError, describeValue, type CacheErrorCode } from './cache-error.js';
export { assertKey, MAX_KEY_LENGTH } from './cache-key.js';
export { hitRateOf, type CacheStats } from './cache-stats.js';
export { assertValue } from './cache-value.js';
export type { Clock, Timer } from './clock.js';
export {
  hasLeases,
  type FillOptions,
  type Lease,
  type LeasedLookup,
  type LeasingCache,
} from './leasing-cache.js';
export { hasStatsNow, type LocalCache } from './local-cache.js';
export { MISS, type Hit, type Lookup, type Miss } from './lookup.js';
export { systemClock } from './system-clock.js';
export { MAX_TTL, wholeTtl } from './ttl.js';
