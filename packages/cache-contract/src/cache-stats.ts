/** Counts of one cache since it was made. */
export interface CacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  /** Entries that a caller removed. */
  readonly deletes: number;
  /** Live entries that were removed to make room. */
  readonly evictions: number;
  /** Entries that were removed because their time was over. */
  readonly expirations: number;
  /** Live entries now. */
  readonly size: number;
  /** What the entries weigh, in bytes, where the cache weighs them. */
  readonly bytes?: number;
  /** hits / (hits + misses), 0..1, and 0 when nothing was asked. */
  readonly hitRate: number;
}

/** The share of hits, 0..1; 0 when nothing was asked. */
export function hitRateOf(hits: number, misses: number): number {
  const asked = hits + misses;
  return asked === 0 ? 0 : hits / asked;
}
