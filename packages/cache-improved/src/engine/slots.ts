import { FIRST_SLOT } from './eviction-policy.js';

/** Up to here the number of slots doubles; then it grows by a quarter, so that little is left unused. */
const DOUBLES_UP_TO = 65_536;
const FIRST_SIZE = 64;

/** What a store keeps of each entry beside its key, its end and its use: columns, with a row for each slot. */
export class Slots<V> {
  #values: (V | undefined)[] = [];
  #weights: Float64Array | undefined;
  #ttls: Float64Array | undefined;
  #size = 0;
  #unused = FIRST_SLOT;
  /** Slots that were used and are free again. */
  #free: number[] = [];

  constructor({ isWeighed, isSliding }: { isWeighed: boolean; isSliding: boolean }) {
    if (isWeighed) this.#weights = new Float64Array(0);
    if (isSliding) this.#ttls = new Float64Array(0);
  }

  valueIn(slot: number): V {
    return this.#values[slot] as V;
  }

  weightIn(slot: number): number {
    return this.#weights?.[slot] ?? 0;
  }

  ttlIn(slot: number): number {
    return this.#ttls?.[slot] ?? Infinity;
  }

  /** Whether `grow` has to be called before the next slot is taken. */
  get isFull(): boolean {
    return this.#free.length === 0 && this.#unused >= this.#size;
  }

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#unused += 1;
    return this.#unused - 1;
  }

  /**
   * Makes more slots, and tells how many there are then.
   *
   * @param most no more entries than these are stored at once
   */
  grow(most: number): number {
    const grown =
      this.#size < DOUBLES_UP_TO ? Math.max(FIRST_SIZE, this.#size * 2) : this.#size * 1.25;
    this.#size = Math.max(this.#unused + 1, Math.min(Math.ceil(grown), FIRST_SLOT + most));
    this.#values = longer(this.#values, this.#size);
    if (this.#weights !== undefined) this.#weights = widened(this.#weights, this.#size);
    if (this.#ttls !== undefined) this.#ttls = widened(this.#ttls, this.#size);
    return this.#size;
  }

  setValue(slot: number, value: V): void {
    this.#values[slot] = value;
  }

  setWeight(slot: number, weight: number): void {
    if (this.#weights !== undefined) this.#weights[slot] = weight;
  }

  setTtl(slot: number, ttl: number): void {
    if (this.#ttls !== undefined) this.#ttls[slot] = ttl;
  }

  release(slot: number): void {
    this.#values[slot] = undefined;
    this.#free.push(slot);
  }

  clear(): void {
    this.#values.fill(undefined);
    this.#weights?.fill(0);
    this.#free = [];
    this.#unused = FIRST_SLOT;
  }
}

/** Pushing would leave up to half of the list unused. */
function longer<T>(list: readonly (T | undefined)[], length: number): (T | undefined)[] {
  const copy = new Array<T | undefined>(length);
  for (let index = 0; index < list.length; index += 1) copy[index] = list[index];
  return copy;
}

function widened(column: Float64Array, length: number): Float64Array {
  const copy = new Float64Array(length);
  copy.set(column);
  return copy;
}
