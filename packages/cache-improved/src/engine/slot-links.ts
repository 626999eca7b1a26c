/**
 * Doubly linked circles of slots in two arrays: a slot is in one circle at a time, and leaves it
 * without anybody knowing which. A circle is held by a slot that is no entry.
 */
export class SlotLinks {
  #next: Int32Array;
  #previous: Int32Array;

  constructor(slots: number) {
    this.#next = new Int32Array(slots);
    this.#previous = new Int32Array(slots);
  }

  /** Makes the slot a circle of its own. */
  circle(slot: number): void {
    this.#next[slot] = slot;
    this.#previous[slot] = slot;
  }

  after(slot: number): number {
    return this.#next[slot] ?? 0;
  }

  insertBefore(slot: number, successor: number): void {
    const previous = this.#previous[successor] ?? 0;
    this.#next[previous] = slot;
    this.#previous[slot] = previous;
    this.#next[slot] = successor;
    this.#previous[successor] = slot;
  }

  remove(slot: number): void {
    const previous = this.#previous[slot] ?? 0;
    const next = this.#next[slot] ?? 0;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  grow(slots: number): void {
    this.#next = resized(this.#next, slots);
    this.#previous = resized(this.#previous, slots);
  }
}

function resized(array: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length);
  grown.set(array);
  return grown;
}
