/** What `getDetailedMetrics` says, in the old cache's words. */
export interface DetailedMetrics {
  /** Entries, those included that are expired and not yet removed. */
  readonly size: number;
  readonly num_shards: number;
  readonly ttl_seconds: number;
  /** Seconds. */
  readonly cleanup_interval: number;
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  /** Entries that were evicted, deleted or expired: the old cache counts them together. */
  readonly evictions: number;
  readonly cleanup_cycles: number;
  readonly hit_rate: number;
  readonly miss_rate: number;
  /** Evictions for each set. */
  readonly eviction_rate: number;
  readonly shard_distribution: readonly number[];
  readonly is_running: boolean;
  readonly health_status: 'healthy' | 'over_limit';
}
