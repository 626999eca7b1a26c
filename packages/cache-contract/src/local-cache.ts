import type { Cache } from './cache.js';
import type { CacheStats } from './cache-stats.js';

/** A cache whose figures can be had without waiting, because it lives in this process. */
export interface LocalCache<V = unknown> extends Cache<V> {
  /** As `getStats`, at once. */
  statsNow(): CacheStats;
}

/** Whether the cache declares figures without waiting. */
export function hasStatsNow<V>(cache: Cache<V>): cache is LocalCache<V> {
  return cache.capabilities.statsNow === true;
}
