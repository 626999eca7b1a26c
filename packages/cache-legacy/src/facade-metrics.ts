import type { CacheCapabilities, CacheStats } from '@resync/cache-contract';
import type { DetailedMetrics } from './detailed-metrics.js';
import { SECOND } from './milliseconds.js';

/** More bytes than a short key and value weigh in any cache. */
const SMALL_ENTRY = 1000;

type SameFigures = Omit<
  DetailedMetrics,
  'num_shards' | 'ttl_seconds' | 'cleanup_interval' | 'cleanup_cycles' | 'health_status'
>;

/**
 * The fields of the old `getDetailedMetrics` over any cache. What a cache behind the contract does
 * not tell is null.
 */
export interface FacadeMetrics extends SameFigures {
  /** Live entries; the old cache counts expired ones as well. */
  readonly size: number;
  /** A cache behind the contract shows no shards: it is one. */
  readonly num_shards: 1;
  /** Null where the cache does not tell its default lifetime. */
  readonly ttl_seconds: number | null;
  /** Not told by a cache behind the contract. */
  readonly cleanup_interval: null;
  /** Not told by a cache behind the contract. */
  readonly cleanup_cycles: null;
  /** The size alone, in a list. */
  readonly shard_distribution: readonly [size: number];
  /** Until `stop`: a cache behind the contract cleans up as long as it is open. */
  readonly is_running: boolean;
  /** `over_limit` only where the cache tells its limits. */
  readonly health_status: DetailedMetrics['health_status'] | 'stopped';
  /** How many facade calls ended since these figures were taken: 0 for a cache in the process. */
  readonly calls_since: number;
}

/** What the figures of a cache do not tell. */
export interface FacadeState {
  readonly capabilities: CacheCapabilities;
  readonly isStopped: boolean;
  readonly callsSince: number;
}

export function facadeMetrics(stats: CacheStats, state: FacadeState): FacadeMetrics {
  const { size, hits, misses, sets, hitRate } = stats;
  const evictions = stats.evictions + stats.deletes + stats.expirations;
  return {
    size,
    num_shards: 1,
    ttl_seconds: ttlSecondsOf(state.capabilities),
    cleanup_interval: null,
    hits,
    misses,
    sets,
    evictions,
    cleanup_cycles: null,
    hit_rate: hitRate,
    miss_rate: hits + misses === 0 ? 0 : 1 - hitRate,
    eviction_rate: sets === 0 ? 0 : evictions / sets,
    shard_distribution: [size],
    is_running: !state.isStopped,
    health_status: healthStatusOf(stats, state),
    calls_since: state.callsSince,
  };
}

/** True too where the cache tells no bounds. */
export function isWithinBounds(stats: CacheStats, capabilities: CacheCapabilities): boolean {
  const { maxEntries = Infinity, maxBytes = Infinity } = capabilities;
  return stats.size <= maxEntries && (stats.bytes ?? 0) <= maxBytes;
}

/** Whether one small entry more pushes out none, as far as the cache tells its bounds. */
export function hasRoom(stats: CacheStats, capabilities: CacheCapabilities): boolean {
  const { maxEntries = Infinity, maxBytes = Infinity } = capabilities;
  return stats.size < maxEntries && (stats.bytes ?? 0) + SMALL_ENTRY <= maxBytes;
}

/** The default lifetime in seconds; null where the cache does not tell it. */
export function ttlSecondsOf({ defaultTtl }: CacheCapabilities): number | null {
  return defaultTtl === undefined ? null : defaultTtl / SECOND;
}

function healthStatusOf(
  stats: CacheStats,
  { capabilities, isStopped }: FacadeState,
): FacadeMetrics['health_status'] {
  if (isStopped) return 'stopped';
  return isWithinBounds(stats, capabilities) ? 'healthy' : 'over_limit';
}
