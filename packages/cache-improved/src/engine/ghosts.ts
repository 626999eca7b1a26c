/** Entries that one hash can be among: the steps of one look-up. */
const BUCKET = 8;

/** No ghost of the hash. */
export const NO_GHOST = -1;
const EPOCH = 0xff;

/** Whether the ghost is of the older half of those that its hash could be among. */
export function isOld(ghost: number): boolean {
  return ghost > EPOCH;
}

/** The epoch of the last use, 0..255, as it was remembered. */
export function lastUse(ghost: number): number {
  return ghost & EPOCH;
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
    const ghosts = this.#ghosts;
    const start = this.#bucketOf(hash);
    for (let index = start + BUCKET - 1; index > start; index -= 1) {
      ghosts[index] = ghosts[index - 1] ?? 0;
    }
    ghosts[start] = fingerprint(hash) | usedIn;
  }

  /** Finds the ghost and forgets it; {@link NO_GHOST} where there is none. Others tell what it says. */
  take(hash: number): number {
    const ghosts = this.#ghosts;
    const start = this.#bucketOf(hash);
    const print = fingerprint(hash);
    for (let index = start; index < start + BUCKET; index += 1) {
      const ghost = ghosts[index] ?? 0;
      if ((ghost & ~EPOCH) !== print) continue;
      const last = start + BUCKET - 1;
      for (let later = index; later < last; later += 1) ghosts[later] = ghosts[later + 1] ?? 0;
      ghosts[last] = 0;
      return (ghost & EPOCH) | (index - start < BUCKET / 2 ? 0 : EPOCH + 1);
    }
    return NO_GHOST;
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
  const print = hash & ~EPOCH;
  return print === 0 ? EPOCH + 1 : print;
}
