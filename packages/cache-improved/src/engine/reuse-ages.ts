/** How many epochs are told apart; an entry that was not used for longer looks younger than it is. */
export const EPOCHS = 32;
/** What a chance of one is counted as. */
export const CERTAIN = 1000;
/** An epoch ends when one part of so many of the capacity was used in it. */
const EPOCHS_OF_CAPACITY = 4;

/**
 * Which entries a cache with least-recently-used eviction would hold now, from the epoch of each key's
 * last use alone: it holds the `capacity` keys that were used last. An epoch ends when a quarter of the
 * capacity was used in it; the keys last used in each are counted. It is the stack algorithm of Mattson
 * et al. (1970) in buckets, as in Counter Stacks (Wires et al., OSDI 2014).
 */
export class ReuseAges {
  /** Counts on without end. */
  epoch = 0;
  /** How many keys it would hold. */
  capacity = EPOCHS_OF_CAPACITY;
  readonly #usedIn = new Int32Array(EPOCHS);
  readonly #held = new Int32Array(EPOCHS);

  constructor() {
    this.clear();
  }

  /** The chance that it holds a key that was last used so many epochs ago, in thousandths. */
  held(age: number): number {
    return this.#held[age] ?? 0;
  }

  /**
   * A key is used in this epoch for the first time; true when this ended the epoch.
   *
   * @param age epochs since its last use; any number over those told apart for the first one
   * @param weight for how many keys it stands
   */
  use(age: number, weight: number): boolean {
    const usedIn = this.#usedIn;
    if (age < EPOCHS) {
      const last = (this.epoch - age) & (EPOCHS - 1);
      usedIn[last] = Math.max(0, (usedIn[last] ?? 0) - weight);
    }
    const index = this.epoch & (EPOCHS - 1);
    const used = (usedIn[index] ?? 0) + weight;
    usedIn[index] = used;
    if (used * EPOCHS_OF_CAPACITY < this.capacity) return false;
    this.#nextEpoch();
    return true;
  }

  clear(): void {
    this.#usedIn.fill(0);
    this.#held.fill(0).fill(CERTAIN, 0, EPOCHS_OF_CAPACITY);
  }

  #nextEpoch(): void {
    this.epoch += 1;
    this.#usedIn[this.epoch & (EPOCHS - 1)] = 0;
    let room = this.capacity;
    for (let age = 0; age < EPOCHS; age += 1) {
      const used = this.#usedIn[(this.epoch - age) & (EPOCHS - 1)] ?? 0;
      this.#held[age] = used < room ? CERTAIN : used === 0 ? 0 : (CERTAIN * room) / used;
      room = Math.max(0, room - used);
    }
  }
}
