const NEXT = 0;
const PREVIOUS = 1;

/**
 * Doubly linked circles of slots in one array, both neighbours of a slot beside each other: a slot is in one circle at
 * a time, and leaves it without anybody knowing which. A circle is held by a slot that is no entry.
 */
export class SlotLinks {
  #links: Int32Array;

  constructor(slots: number) {
    this.#links = new Int32Array(slots * 2);
  }

  /** Makes the slot a circle of its own. */
  circle(slot: number): void {
    this.#join(slot, slot);
  }

  after(slot: number): number {
    return this.#links[slot * 2 + NEXT] ?? 0;
  }

  insertBefore(slot: number, successor: number): void {
    this.#join(this.#links[successor * 2 + PREVIOUS] ?? 0, slot);
    this.#join(slot, successor);
  }

  remove(slot: number): void {
    const links = this.#links;
    this.#join(links[slot * 2 + PREVIOUS] ?? 0, links[slot * 2 + NEXT] ?? 0);
  }

  grow(slots: number): void {
    const grown = new Int32Array(slots * 2);
    grown.set(this.#links);
    this.#links = grown;
  }

  #join(slot: number, successor: number): void {
    this.#links[slot * 2 + NEXT] = successor;
    this.#links[successor * 2 + PREVIOUS] = slot;
  }
}
