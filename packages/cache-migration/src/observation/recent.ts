/** The last few of many things, the newest last. */
export class Recent<T> {
  readonly #bound: number;
  #list: readonly T[] = Object.freeze([]);

  constructor(bound: number) {
    this.#bound = bound;
  }

  get list(): readonly T[] {
    return this.#list;
  }

  add(thing: T): void {
    if (this.#bound > 0) this.#list = Object.freeze([...this.#list, thing].slice(-this.#bound));
  }
}
