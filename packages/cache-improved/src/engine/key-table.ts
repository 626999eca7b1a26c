import { KeyHash } from './key-hash.js';

/** A cell is two numbers: a key's hash and its slot, which is 0 where the cell is empty. */
const CELL = 2;
const FIRST_CELLS = 64;
/** Above this share of used cells their number doubles. */
const FULLEST = 0.7;
/** A key is at most so many cells from its place, or the cells are doubled. */
const FARTHEST = 256;
/** Keys that are crowded while less than this share is used were chosen to be. */
const CROWDED_BELOW = 0.4;
/** Up to so many cells it is looked what the keys have in common when their number doubles. */
const LEARNING_CELLS = 8192;

/**
 * Which slot a key is in: open addressing with linear probing, and deletion by shifting back (Knuth, The Art
 * of Computer Programming 3, 6.4, algorithm R), so that nothing has to be cleaned up later. The hash
 * in a cell tells nearly all other keys apart without looking at them. Beside a Map of V8 it takes less
 * memory, and asks V8 for no hash of a key that was just put together.
 *
 * Keys that were made to have the same places are found by a Map from then on, whose seed is V8's.
 */
export class KeyTable {
  readonly #hash: KeyHash;
  #keys: (string | undefined)[] = [];
  #hashes = new Int32Array(0);
  #cells = new Int32Array(FIRST_CELLS * CELL);
  /** Of a hash's bits those on the left name the place. */
  #shift = Math.clz32(FIRST_CELLS) + 1;
  #size = 0;
  #crowd: Map<unknown, number> | undefined;
  /** The key that was not found last, which is likely to be added now; empty where that may have changed. */
  #missed = '';
  #missedHash = 0;
  /** Where a key is that has the hash of one that was not found. */
  #twin = 0;

  /** @param seed 32 bits */
  constructor(seed: number) {
    this.#hash = new KeyHash(seed);
  }

  get size(): number {
    return this.#size;
  }

  /** Whether a Map has taken over. */
  get isCrowded(): boolean {
    return this.#crowd !== undefined;
  }

  keyIn(slot: number): string {
    return this.#keys[slot] ?? '';
  }

  /** 32 bits, the same for the same key. */
  hashIn(slot: number): number {
    return this.#hashes[slot] ?? 0;
  }

  /** The key's slot; 0: not there, which is so of all that is no string. */
  find(key: unknown): number {
    if (typeof key !== 'string') return 0;
    const hash = this.#hash.of(key);
    const cells = this.#cells;
    const mask = cells.length - 1;
    for (let place = this.#placeOf(hash); ; place = (place + CELL) & mask) {
      const slot = cells[place + 1] ?? 0;
      if (slot === 0) return this.#miss(key, hash);
      if (cells[place] !== hash) continue;
      if (this.#keys[slot] === key) return slot;
      this.#twin = slot;
    }
  }

  /** Whether it is known without looking again that the key is not there. */
  isMissed(key: string): boolean {
    return key === this.#missed;
  }

  /** A key that is not there, in a slot that nothing is in. */
  add(slot: number, key: string): void {
    if (this.#twin !== 0) this.#tellApart(key);
    const hash = key === this.#missed ? this.#missedHash : this.#hash.of(key);
    this.#missed = '';
    this.#keys[slot] = key;
    this.#hashes[slot] = hash;
    this.#size += 1;
    if (this.#crowd !== undefined) this.#crowd.set(key, slot);
    else if (this.#size * CELL > this.#cells.length * FULLEST) this.#double();
    else if (!this.#place(slot, hash)) this.#spread();
  }

  remove(slot: number): void {
    if (this.#crowd !== undefined) this.#crowd.delete(this.#keys[slot]);
    else this.#vacate(slot);
    this.#keys[slot] = undefined;
    this.#size -= 1;
  }

  /** The slots in use. Removing any and adding others meanwhile leaves out none that stays. */
  *slots(): IterableIterator<number> {
    for (let slot = 0; slot < this.#keys.length; slot += 1) {
      if (this.#keys[slot] !== undefined) yield slot;
    }
  }

  clear(): void {
    this.#keys.fill(undefined);
    this.#cells.fill(0);
    this.#size = 0;
    this.#crowd = undefined;
    this.#hash.common.clear();
    this.#missed = '';
  }

  /** Slots below this number may be used from now on. */
  grow(slots: number): void {
    // Pushing would leave up to half of the list unused.
    const keys = new Array<string | undefined>(slots);
    for (let slot = 0; slot < slots; slot += 1) keys[slot] = this.#keys[slot];
    this.#keys = keys;
    const hashes = new Int32Array(slots);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  /** The key was not found, but another with its hash, perhaps. */
  #tellApart(key: string): void {
    const other = this.keyIn(this.#twin);
    const isTwin = other !== '' && this.hashIn(this.#twin) === this.#hash.of(key);
    this.#twin = 0;
    if (!isTwin || !this.#hash.common.tellApart(key, other)) return;
    this.#hashAgain();
    this.#cells.fill(0);
    this.#placeAll();
  }

  #hashAgain(): void {
    this.#missed = '';
    for (const slot of this.slots()) this.#hashes[slot] = this.#hash.of(this.keyIn(slot));
  }

  #miss(key: string, hash: number): number {
    if (this.#crowd !== undefined) return this.#crowd.get(key) ?? 0;
    this.#missed = key;
    this.#missedHash = hash;
    return 0;
  }

  /** Into the first empty cell; false where that is too far away. */
  #place(slot: number, hash: number): boolean {
    const cells = this.#cells;
    const mask = cells.length - 1;
    let place = this.#placeOf(hash);
    for (let steps = 0; steps < FARTHEST; steps += 1) {
      if (cells[place + 1] === 0) {
        cells[place] = hash;
        cells[place + 1] = slot;
        return true;
      }
      place = (place + CELL) & mask;
    }
    return false;
  }

  /** Empties the slot's cell, and moves those behind it nearer to their places. */
  #vacate(slot: number): void {
    const cells = this.#cells;
    const mask = cells.length - 1;
    let empty = this.#placeOf(this.hashIn(slot));
    while (cells[empty + 1] !== slot) empty = (empty + CELL) & mask;
    for (let place = (empty + CELL) & mask; ; place = (place + CELL) & mask) {
      const other = cells[place + 1] ?? 0;
      if (other === 0) break;
      const hash = cells[place] ?? 0;
      // What has its own place behind the empty cell stays.
      if (((place - this.#placeOf(hash)) & mask) < ((place - empty) & mask)) continue;
      cells[empty] = hash;
      cells[empty + 1] = other;
      empty = place;
    }
    cells[empty + 1] = 0;
  }

  #spread(): void {
    if (this.#size * CELL > this.#cells.length * CROWDED_BELOW) this.#double();
    else this.#giveUp();
  }

  #double(): void {
    this.#empty(this.#cells.length);
    if (this.#cells.length <= LEARNING_CELLS * CELL && this.#hash.common.learn(this.#present())) {
      this.#hashAgain();
    }
    this.#placeAll();
  }

  *#present(): IterableIterator<string> {
    for (const slot of this.slots()) yield this.keyIn(slot);
  }

  #placeAll(): void {
    for (const slot of this.slots()) {
      if (this.#place(slot, this.hashIn(slot))) continue;
      this.#spread();
      return;
    }
  }

  #giveUp(): void {
    this.#empty(FIRST_CELLS);
    this.#crowd = new Map();
    for (const slot of this.slots()) this.#crowd.set(this.#keys[slot], slot);
  }

  /** Where the key's cell would be, if each had one of its own: by the upper bits, which depend on all others. */
  #placeOf(hash: number): number {
    return (hash >>> this.#shift) << 1;
  }

  #empty(cells: number): void {
    this.#cells = new Int32Array(cells * CELL);
    this.#shift = Math.clz32(cells) + 1;
  }
}
