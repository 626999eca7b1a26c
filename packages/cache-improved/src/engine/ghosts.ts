/** Ghosts of either list that one hash can be among; they are beside each other. */
const OF_SMALL = 8;
const OF_MAIN = 4;
const BUCKET = OF_SMALL + OF_MAIN;

/** No ghost of the hash. */
export const NO_GHOST = -1;
const EPOCH = 0xff;
const OLD = 0x100;
const MAIN = 0x200;

/** Whether the ghost is of the older half of those of its list that its hash could be among. */
export function isOld(ghost: number): boolean {
  return (ghost & OLD) !== 0;
}

/** Whether it is of the main list. */
export function isOfMain(ghost: number): boolean {
  return (ghost & MAIN) !== 0;
}

/** The epoch of the last use, 0..255, as it was remembered. */
export function lastUse(ghost: number): number {
  return ghost & EPOCH;
}

/**
 * What is left of evicted entries: a fingerprint of the key's hash and the epoch of the last use, four
 * bytes each, in buckets of eight of the small and four of the main list, in which the newest pushes out
 * the oldest of its list. More than one in `2 ** 20` look-ups is never wrong.
 */
export class Ghosts {
  /** Of the small list are remembered about as many; of the main list, half as many. */
  readonly capacity: number;
  /** How many buckets one hash is, of all 32 bits. */
  readonly #bucketsOfHash: number;
  readonly #ghosts: Int32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    const buckets = Math.max(1, Math.ceil(capacity / OF_SMALL));
    this.#bucketsOfHash = buckets / 0x1_0000_0000;
    this.#ghosts = new Int32Array(buckets * BUCKET);
  }

  /** @param usedIn the epoch of the last use, 0..255 */
  remember(hash: number, usedIn: number, { isMain }: { isMain: boolean }): void {
    const ghosts = this.#ghosts;
    const bucket = this.#bucketOf(hash);
    const start = isMain ? bucket + OF_SMALL : bucket;
    const end = isMain ? bucket + BUCKET : bucket + OF_SMALL;
    for (let index = end - 1; index > start; index -= 1) ghosts[index] = ghosts[index - 1] ?? 0;
    ghosts[start] = fingerprint(hash) | usedIn;
  }

  /** Finds the ghost and forgets it; {@link NO_GHOST} where there is none. Others tell what it says. */
  take(hash: number): number {
    const ghosts = this.#ghosts;
    const start = this.#bucketOf(hash);
    const print = fingerprint(hash);
    for (let index = start; index < start + BUCKET; index += 1) {
      if ((((ghosts[index] ?? 0) ^ print) & ~EPOCH) === 0) return this.#takeFrom(start, index);
    }
    return NO_GHOST;
  }

  #takeFrom(start: number, index: number): number {
    const ghosts = this.#ghosts;
    const used = lastUse(ghosts[index] ?? 0);
    const isMain = index >= start + OF_SMALL;
    const end = isMain ? start + BUCKET : start + OF_SMALL;
    const isYoung = index < (isMain ? end - OF_MAIN / 2 : end - OF_SMALL / 2);
    for (let later = index + 1; later < end; later += 1) ghosts[later - 1] = ghosts[later] ?? 0;
    ghosts[end - 1] = 0;
    return used | (isYoung ? 0 : OLD) | (isMain ? MAIN : 0);
  }

  #bucketOf(hash: number): number {
    const mixed = Math.imul(hash, 0x9e37_79b1) >>> 0;
    return ((mixed * this.#bucketsOfHash) | 0) * BUCKET;
  }
}

/** The upper 24 bits, never all zero. */
function fingerprint(hash: number): number {
  const print = hash & ~EPOCH;
  return print === 0 ? EPOCH + 1 : print;
}
