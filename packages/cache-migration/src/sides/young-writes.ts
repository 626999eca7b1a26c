import type { YoungWrite } from './young.js';

/** As many that are over are kept, whatever there was at once. */
const MOST_KEPT = 1000;

/**
 * The young writes of one kind: those that are under way, and behind them some that are over, to be
 * used again.
 */
export class YoungWrites<T extends YoungWrite> implements Iterable<T> {
  readonly #writes: T[] = [];
  readonly #make: () => T;
  #underWay = 0;

  constructor(make: () => T) {
    this.#make = make;
  }

  /** One that begins. */
  begin(): T {
    const index = this.#underWay;
    this.#underWay = index + 1;
    return this.#writes[index] ?? this.#add(index);
  }

  /** It is over, and may be used again. */
  end(write: T): void {
    this.#underWay -= 1;
    const { index } = write;
    if (index !== this.#underWay) this.#swap(index, this.#underWay);
    if (this.#writes.length - this.#underWay > MOST_KEPT) this.#writes.pop();
  }

  /** It is not over, but no longer young. */
  leave(write: T): void {
    this.end(write);
    this.#swap(this.#underWay, this.#writes.length - 1);
    this.#writes.pop();
  }

  /** The one of the key that is under way. */
  of(key: string): T | undefined {
    for (let index = 0; index < this.#underWay; index += 1) {
      const write = this.#writes[index];
      if (write?.key === key) return write;
    }
    return undefined;
  }

  /** Those that are under way. */
  [Symbol.iterator](): Iterator<T> {
    return this.#writes.slice(0, this.#underWay).values();
  }

  #add(index: number): T {
    const write = this.#make();
    write.index = index;
    this.#writes.push(write);
    return write;
  }

  #swap(index: number, other: number): void {
    const write = this.#writes[index];
    const otherWrite = this.#writes[other];
    if (write === undefined || otherWrite === undefined) return;
    this.#writes[index] = otherWrite;
    this.#writes[other] = write;
    otherWrite.index = index;
    write.index = other;
  }
}
