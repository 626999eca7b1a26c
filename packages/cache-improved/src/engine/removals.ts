import type { Removal } from '../cache-storage.js';

/** What was removed and has not been told yet: nobody is called while the store is being changed. */
export class Removals<V> {
  /** Whether anybody is told. */
  readonly isObserved: boolean;
  readonly #listener: ((removal: Removal<V>) => void) | undefined;
  #untold: Removal<V>[] = [];

  constructor(listener: ((removal: Removal<V>) => void) | undefined) {
    this.#listener = listener;
    this.isObserved = listener !== undefined;
  }

  add(removal: Removal<V>): void {
    this.#untold.push(removal);
  }

  /** Tells all, then throws what the listener threw first. */
  tell(): void {
    if (this.#untold.length > 0) this.#tell(this.#untold);
  }

  #tell(removals: readonly Removal<V>[]): void {
    this.#untold = [];
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
