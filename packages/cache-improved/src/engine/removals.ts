import type { Removal } from '../cache-storage.js';

/** What was removed and has not been told yet: nobody is called while the store is being changed. */
export class Removals<V> {
  /** Whether anybody is told. */
  readonly isObserved: boolean;
  readonly #listener: ((removal: Removal<V>) => void) | undefined;
  /** Mostly the only one, and then in no list: see ADR 15. */
  #first: Removal<V> | undefined;
  #others: Removal<V>[] = [];

  constructor(listener: ((removal: Removal<V>) => void) | undefined) {
    this.#listener = listener;
    this.isObserved = listener !== undefined;
  }

  add(removal: Removal<V>): void {
    if (this.#first === undefined) this.#first = removal;
    else this.#others.push(removal);
  }

  /** Tells all, then throws what the listener threw first. */
  tell(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    if (this.#others.length === 0) this.#listener?.(first);
    else this.#tellAll(first);
  }

  #tellAll(first: Removal<V>): void {
    const removals = [first, ...this.#others];
    this.#others = [];
    let failure: { readonly error: unknown } | undefined;
    for (const removal of removals) {
      try {
        this.#listener?.(removal);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
  }
}
