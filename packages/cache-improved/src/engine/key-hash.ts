import { CommonEnds } from './common-ends.js';

/**
 * 32 bits of what tells a key from others, by multiplication with primes of xxHash32 (Collet). Not for
 * security: whoever finds collisions makes the eviction policy take one key for another, and the table of
 * keys a Map. One code unit at a time: reading it takes longer than the multiplication.
 *
 * The primes are written out where they are used: a constant of the module would be loaded each time, which
 * takes as long as a tenth of a hit.
 */
export class KeyHash {
  /** What is not hashed. */
  readonly common = new CommonEnds();
  readonly #seed: number;

  /** @param seed 32 bits */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The upper bits depend on all of it; the lower ones less. */
  of(key: string): number {
    const from = this.common.start;
    const to = key.length - this.common.end;
    let hash = this.#seed;
    for (let index = from; index < to; index += 1) {
      hash = Math.imul(hash ^ key.charCodeAt(index), 0x9e37_79b1);
    }
    return Math.imul(hash ^ (hash >>> 15), 0x85eb_ca77);
  }
}
