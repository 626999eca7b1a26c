import { hitRateOf, type CacheStats } from '@resync/cache-contract';
import type { MigrationCounts } from './migration-counts.js';

/** What the manager counted itself. */
export interface ManagerCounts {
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  readonly deletes: number;
  /** Reads that legacy answered in place of next. */
  readonly fallbacks: number;
  /** Values of legacy that were put into next. */
  readonly backfills: number;
}

/**
 * Statistics of a migration. In front stand those of the side that answers; in `live`, where both
 * do, and in `rampdown` where next tells none, what the manager counted itself, with what legacy holds.
 */
export interface MigrationStats extends CacheStats {
  readonly manager: ManagerCounts;
  /** In `live`, beside each other, where the side answered. */
  readonly legacy?: CacheStats;
  readonly next?: CacheStats;
}

/** The counts in short. */
export function managerCountsOf(counts: MigrationCounts): ManagerCounts {
  const { reads, unanswered, sets, deletes, fallbacks, backfills } = counts;
  return {
    hits: reads.legacy.hits + reads.next.hits,
    misses: reads.legacy.misses + reads.next.misses + unanswered,
    sets,
    deletes,
    fallbacks: Object.values(fallbacks).reduce((sum, count) => sum + count, 0),
    backfills,
  };
}

/** The statistics where no side's stand in front. */
export function statsOfBoth(
  counts: MigrationCounts,
  size: number,
  { legacy, next }: Readonly<Partial<Record<'legacy' | 'next', CacheStats | undefined>>>,
): MigrationStats {
  const manager = managerCountsOf(counts);
  const { hits, misses, sets, deletes } = manager;
  return {
    hits,
    misses,
    sets,
    deletes,
    evictions: legacy?.evictions ?? 0,
    expirations: legacy?.expirations ?? 0,
    size,
    hitRate: hitRateOf(hits, misses),
    manager,
    ...(legacy && { legacy }),
    ...(next && { next }),
  };
}
