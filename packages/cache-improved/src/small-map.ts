/**
 * A Map that mostly has one entry at most, which is then kept beside it: in a Map of V8 an entry that comes
 * and goes again takes many times as long.
 */
export class SmallMap<K, V> {
  #hasOne = false;
  #key: K | undefined;
  #value: V | undefined;
  /** All others. */
  readonly #others = new Map<K, V>();
  #hasOthers = false;

  get size(): number {
    return (this.#hasOne ? 1 : 0) + (this.#hasOthers ? this.#others.size : 0);
  }

  get(key: K): V | undefined {
    if (this.#hasOne && this.#key === key) return this.#value;
    return this.#hasOthers ? this.#others.get(key) : undefined;
  }

  set(key: K, value: V): void {
    const isOne = this.#hasOne ? this.#key === key : !this.#hasOthers;
    if (isOne) {
      this.#hasOne = true;
      this.#key = key;
      this.#value = value;
    } else {
      this.#others.set(key, value);
      this.#hasOthers = true;
    }
  }

  delete(key: K): void {
    if (this.#hasOne && this.#key === key) {
      this.#hasOne = false;
      this.#key = undefined;
      this.#value = undefined;
    } else if (this.#hasOthers) {
      this.#others.delete(key);
      this.#hasOthers = this.#others.size > 0;
    }
  }

  clear(): void {
    this.#hasOne = false;
    this.#key = undefined;
    this.#value = undefined;
    this.#others.clear();
    this.#hasOthers = false;
  }

  /** In the order in which the keys came, as those of a Map. */
  *entries(): IterableIterator<[K, V]> {
    if (this.#hasOne) yield [this.#key as K, this.#value as V];
    yield* this.#others;
  }
}
