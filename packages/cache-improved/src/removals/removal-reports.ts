import type { Removal } from '../cache-storage.js';

/** Told of an entry that is gone. */
export type RemovalListener<V> = (removal: Removal<V>) => unknown;

/**
 * Tells a listener of removals in their order, in a microtask after the operation that caused them:
 * so it may use the cache, and nothing that it does disturbs the operation. What it throws or rejects
 * with is dropped.
 */
export class RemovalReports<V> {
  readonly #listener: RemovalListener<V>;
  #waiting: Removal<V>[] = [];

  constructor(listener: RemovalListener<V>) {
    this.#listener = listener;
  }

  add(removal: Removal<V>): void {
    if (this.#waiting.push(removal) === 1) queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    const removals = this.#waiting;
    this.#waiting = [];
    for (const removal of removals) this.#tell(removal);
  }

  #tell(removal: Removal<V>): void {
    try {
      // A listener may be async all the same; a rejection that nobody handles would end the process.
      const told = this.#listener(removal);
      if (told instanceof Promise) told.catch(() => undefined);
    } catch {
      return;
    }
  }
}
