import { hitRateOf, type CacheStats } from '@resync/cache-contract';
import type { Removal } from './cache-storage.js';

/** The counts of one cache. */
export class CacheMetrics {
  #hits = 0;
  #misses = 0;
  #sets = 0;
  #deletes = 0;
  #evictions = 0;
  #expirations = 0;

  hit(): void {
    this.#hits += 1;
  }

  miss(): void {
    this.#misses += 1;
  }

  /** A read has ended so. */
  answered(kind: 'hit' | 'miss'): void {
    if (kind === 'hit') this.hit();
    else this.miss();
  }

  set(): void {
    this.#sets += 1;
  }

  deleted(): void {
    this.#deletes += 1;
  }

  removed({ reason }: Pick<Removal<unknown>, 'reason'>): void {
    if (reason === 'evict') this.#evictions += 1;
    else if (reason === 'expire') this.#expirations += 1;
  }

  /** All counts, beside what the storage holds now. */
  stats(held: Pick<CacheStats, 'size' | 'bytes'>): CacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      sets: this.#sets,
      deletes: this.#deletes,
      evictions: this.#evictions,
      expirations: this.#expirations,
      hitRate: hitRateOf(this.#hits, this.#misses),
      ...held,
    };
  }
}
