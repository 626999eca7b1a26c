/** Entries that one hash can be among: the steps of one look-up. */
const BUCKET = 8;

/** Where in a bucket a ghost was found, and when its entry was last used. */
export interface Ghost {
  /** 0: it was the last to go of those whose hash leads here; 1: it is the next to be forgotten. */
  readonly age: number;
  /** 0..255, see `remember`. */
  readonly usedIn: number;
}

/**
 * What is left of evicted entries: a fingerprint of the key's hash and the epoch of the last use, four
 * bytes each, in buckets of eight in which the newest pushes out the oldest. About as many are
 * remembered as it is made for; more than one in `2 ** 21` look-ups is never wrong.
 */
export class Ghosts {
  readonly capacity: number;
  readonly #buckets: number;
  readonly #ghosts: Uint32Array;

  /** @param capacity how many evicted entries to remember */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#buckets = Math.max(1, Math.ceil(capacity / BUCKET));
    this.#ghosts = new Uint32Array(this.#buckets * BUCKET);
  }

  /** @param usedIn the epoch of the last use, 0..255 */
  remember(hash: number, usedIn: number): void {
    const start = this.#bucketOf(hash);
    this.#ghosts.copyWithin(start + 1, start, start + BUCKET - 1);
    this.#ghosts[start] = fingerprint(hash) | usedIn;
  }

  /** Finds the ghost and forgets it. */
  take(hash: number): Ghost | undefined {
    const start = this.#bucketOf(hash);
    const print = fingerprint(hash);
    for (let index = 0; index < BUCKET; index += 1) {
      const ghost = this.#ghosts[start + index] ?? 0;
      if (((ghost ^ print) & ~0xff) !== 0 || ghost === 0) continue;
      this.#ghosts.copyWithin(start + index, start + index + 1, start + BUCKET);
      this.#ghosts[start + BUCKET - 1] = 0;
      return { age: (index + 0.5) / BUCKET, usedIn: ghost & 0xff };
    }
    return undefined;
  }

  clear(): void {
    this.#ghosts.fill(0);
  }

  #bucketOf(hash: number): number {
    const mixed = Math.imul(hash, 0x9e37_79b1) >>> 0;
    return Math.floor((mixed / 0x1_0000_0000) * this.#buckets) * BUCKET;
  }
}

/** The upper 24 bits, never all zero. */
function fingerprint(hash: number): number {
  return (hash & ~0xff) === 0 ? 0x100 : hash & ~0xff;
}
