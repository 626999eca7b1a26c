import { hitRateOf, type CacheStats } from '@resync/cache-contract';
import type { MigrationObserver } from './migration-observer.js';

/** What the manager counted itself while it had two sides to decide between. */
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
 * do, what the manager counted itself, with what legacy holds.
 */
export interface MigrationStats extends CacheStats {
  readonly manager: ManagerCounts;
  /** In `live`, beside each other, where the side answered. */
  readonly legacy?: CacheStats;
  readonly next?: CacheStats;
}

/** Counts as the manager goes. */
export class MigrationCounter implements MigrationObserver {
  readonly #counts = { hits: 0, misses: 0, sets: 0, deletes: 0, fallbacks: 0, backfills: 0 };

  get counts(): ManagerCounts {
    return { ...this.#counts };
  }

  hit(): void {
    this.#counts.hits += 1;
  }

  miss(): void {
    this.#counts.misses += 1;
  }

  fallback(): void {
    this.#counts.fallbacks += 1;
  }

  backfilled(): void {
    this.#counts.backfills += 1;
  }

  set(): void {
    this.#counts.sets += 1;
  }

  deleted(): void {
    this.#counts.deletes += 1;
  }

  /** The statistics in `live`. */
  statsOver(size: number, legacy?: CacheStats, next?: CacheStats): MigrationStats {
    const { hits, misses, sets, deletes } = this.#counts;
    return {
      hits,
      misses,
      sets,
      deletes,
      evictions: legacy?.evictions ?? 0,
      expirations: legacy?.expirations ?? 0,
      size,
      hitRate: hitRateOf(hits, misses),
      manager: this.counts,
      ...(legacy && { legacy }),
      ...(next && { next }),
    };
  }
}
