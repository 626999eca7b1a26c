import { systemClock, type Clock, type Lookup } from '@resync/cache-contract';

/** A synchronous store, as `MemoryStore` of `@resync/cache-improved` is one. */
export interface SyncStore<V> {
  readonly size: number;
  readonly maxEntries: number;
  get(key: string): V | undefined;
  lookup(key: string): Lookup<V>;
  has(key: string): boolean;
  set(key: string, value: V, options?: { readonly ttl?: number }): void;
  delete(key: string): boolean;
  clear(): void;
  keys(): IterableIterator<string>;
}

/** Where the store's clock is not the machine's. */
export interface LruCacheFacadeOptions {
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** The calls of lru-cache that most code uses, over a {@link SyncStore}. */
export class LruCacheFacade<V> {
  readonly #store: SyncStore<V>;
  readonly #clock: Clock;

  constructor(store: SyncStore<V>, { clock = systemClock }: LruCacheFacadeOptions) {
    this.#store = store;
    this.#clock = clock;
  }

  get max(): number {
    return this.#store.maxEntries;
  }

  /** Live entries only, where lru-cache counts what is over and was not removed yet. */
  get size(): number {
    return this.#store.size;
  }

  get(key: string): V | undefined {
    return this.#store.get(key);
  }

  has(key: string): boolean {
    return this.#store.has(key);
  }

  /** As in lru-cache, `undefined` deletes, and a `ttl` of 0 is for ever. Another lifetime is in milliseconds. */
  set(key: string, value: V | undefined, options: { readonly ttl?: number } = {}): this {
    if (value === undefined) this.#store.delete(key);
    else this.#store.set(key, value, storeOptions(options.ttl));
    return this;
  }

  delete(key: string): boolean {
    return this.#store.delete(key);
  }

  clear(): void {
    this.#store.clear();
  }

  /** Milliseconds; `Infinity` for ever, 0 where nothing is. Counts as use, where lru-cache does not. */
  getRemainingTTL(key: string): number {
    const found = this.#store.lookup(key);
    if (found.kind === 'miss') return 0;
    return (found.expiresAt ?? Infinity) - this.#clock.now();
  }

  /** In the store's order, which is not that of lru-cache. */
  keys(): IterableIterator<string> {
    return this.#store.keys();
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Counts each entry as used, where lru-cache does not. */
  *entries(): IterableIterator<[string, V]> {
    for (const key of [...this.#store.keys()]) {
      const found = this.#store.lookup(key);
      if (found.kind === 'hit') yield [key, found.value];
    }
  }

  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: string, cache: this) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}

/**
 * A synchronous store for code that was written for lru-cache. Left out, because no store has them:
 * `fetch`, `memo`, `peek`, `dump`, `load`, `info`, `pop`, `find`, `dispose` and sizes given with a set.
 */
export function lruCacheFacade<V>(
  store: SyncStore<V>,
  options: LruCacheFacadeOptions = {},
): LruCacheFacade<V> {
  return new LruCacheFacade(store, options);
}

function storeOptions(ttl: number | undefined): { ttl?: number } {
  if (ttl === undefined) return {};
  return { ttl: ttl === 0 ? Infinity : ttl };
}
