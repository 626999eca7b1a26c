/** Slots of one block, and blocks of one block of the level above: 64. */
const SHIFT = 6;
const BLOCK = 1 << SHIFT;

/**
 * When the entry of each slot ends, in milliseconds since the epoch, and the least of each 64, and of
 * each 64 of these, and so on: a tournament of minima. What ends is found from the top in a few blocks,
 * exactly and in no more than 64 steps a level; a later end costs nothing. The minima may be too early,
 * never too late: they are put right when they are looked at.
 */
export class Deadlines {
  /** Steps that the last search took. */
  steps = 0;
  #ends: Float64Array;
  /** The least end of each block. */
  #blocks: Float64Array;
  /** The ends, the blocks, the least of each block of these, and so on. */
  #levels: readonly Float64Array[];
  #top: Float64Array;

  constructor(slots: number) {
    this.#levels = levelsFor(slots);
    [this.#ends, this.#blocks, this.#top] = partsOf(this.#levels);
  }

  /** The slot's end; `Infinity`: never, or nothing there. */
  at(slot: number): number {
    return this.#ends[slot] ?? Infinity;
  }

  /** Neither the slot nor those beside it end before this; to know it takes no look at the slot. */
  earliestNear(slot: number): number {
    return this.#blocks[slot >> SHIFT] ?? Infinity;
  }

  /** No entry ends before this. */
  get earliest(): number {
    return this.#top[0] ?? Infinity;
  }

  set(slot: number, end: number): void {
    this.#ends[slot] = end;
    const block = slot >> SHIFT;
    if (end >= (this.#blocks[block] ?? Infinity)) return;
    this.#blocks[block] = end;
    this.#lower(block, end);
  }

  /** A block has an earlier end than before. */
  #lower(block: number, end: number): void {
    let index = block;
    for (let level = 2; level < this.#levels.length; level += 1) {
      const minima = this.#levels[level];
      index >>= SHIFT;
      if (minima === undefined || (minima[index] ?? Infinity) <= end) return;
      minima[index] = end;
    }
  }

  forget(slot: number): void {
    this.#ends[slot] = Infinity;
  }

  /**
   * Looks into one block of slots in which something may have ended, and tells of each slot that has.
   * False when nothing more has ended; true: look again.
   */
  visitBlock(now: number, ended: (slot: number) => void): boolean {
    this.steps = 0;
    if (this.earliest > now) return false;
    let index = 0;
    for (let level = this.#levels.length - 2; level > 0; level -= 1) {
      index = this.#firstBy(now, level, index);
    }
    const start = index << SHIFT;
    const end = Math.min(start + BLOCK, this.#ends.length);
    for (let slot = start; slot < end; slot += 1) {
      this.steps += 1;
      if ((this.#ends[slot] ?? Infinity) <= now) ended(slot);
    }
    this.#correct(start);
    return this.earliest <= now;
  }

  clear(): void {
    for (const level of this.#levels) level.fill(Infinity);
  }

  grow(slots: number): void {
    const old = this.#levels;
    const earliest = this.earliest;
    this.#levels = levelsFor(slots);
    [this.#ends, this.#blocks, this.#top] = partsOf(this.#levels);
    for (const [level, minima] of old.entries()) this.#levels[level]?.set(minima);
    // A level that is new stands above what was the top.
    for (let level = old.length; level < this.#levels.length; level += 1) {
      const minima = this.#levels[level];
      if (minima !== undefined) minima[0] = earliest;
    }
  }

  /** Of the block below `parent`, the first that is due; the first of all where the parent was too early. */
  #firstBy(now: number, level: number, parent: number): number {
    const minima = this.#levels[level];
    const start = parent << SHIFT;
    if (minima === undefined) return start;
    const end = Math.min(start + BLOCK, minima.length);
    for (let index = start; index < end; index += 1) {
      this.steps += 1;
      if ((minima[index] ?? Infinity) <= now) return index;
    }
    return start;
  }

  #correct(slot: number): void {
    let start = slot;
    for (let level = 1; level < this.#levels.length; level += 1) {
      const below = this.#levels[level - 1];
      const minima = this.#levels[level];
      if (below === undefined || minima === undefined) return;
      let least = Infinity;
      const end = Math.min(start + BLOCK, below.length);
      for (let index = start; index < end; index += 1) {
        const value = below[index] ?? Infinity;
        if (value < least) least = value;
      }
      this.steps += BLOCK;
      minima[start >> SHIFT] = least;
      start = (start >> SHIFT) & -BLOCK;
    }
  }
}

/** A level for so many ends, and those above it; the last has one minimum alone. */
function levelsFor(slots: number): Float64Array[] {
  const levels = [new Float64Array(slots).fill(Infinity)];
  let length = slots;
  do {
    length = Math.ceil(length / BLOCK);
    levels.push(new Float64Array(length).fill(Infinity));
  } while (length > 1);
  return levels;
}

/** The ends, their blocks, and the top. */
function partsOf(levels: readonly Float64Array[]): [Float64Array, Float64Array, Float64Array] {
  const nothing = new Float64Array(0);
  return [levels[0] ?? nothing, levels[1] ?? nothing, levels.at(-1) ?? nothing];
}
