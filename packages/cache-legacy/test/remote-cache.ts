import type {
  Cache,
  CacheCapabilities,
  CacheStats,
  Lookup,
  SetOptions,
} from '@resync/cache-contract';

/** A cache as if it were behind a network: its figures cannot be had without asking. */
export class RemoteCache<V = unknown> implements Cache<V> {
  readonly capabilities: CacheCapabilities;
  readonly #inner: Cache<V>;
  /** Whether it rejects when it is asked for its figures. */
  isBusy = false;
  /** How often it was asked for its figures. */
  timesAsked = 0;

  constructor(inner: Cache<V>) {
    this.#inner = inner;
    this.capabilities = { ...inner.capabilities, statsNow: false };
  }

  get(key: string): Promise<V | undefined> {
    return this.#inner.get(key);
  }

  lookup(key: string): Promise<Lookup<V>> {
    return this.#inner.lookup(key);
  }

  set(key: string, value: V, options?: SetOptions): Promise<void> {
    return this.#inner.set(key, value, options);
  }

  delete(key: string): Promise<boolean> {
    return this.#inner.delete(key);
  }

  has(key: string): Promise<boolean> {
    return this.#inner.has(key);
  }

  clear(): Promise<void> {
    return this.#inner.clear();
  }

  size(): Promise<number> {
    return this.#inner.size();
  }

  getKeys(): Promise<string[]> {
    return this.#inner.getKeys();
  }

  async getStats(): Promise<CacheStats> {
    this.timesAsked += 1;
    if (this.isBusy) throw new Error('busy');
    return this.#inner.getStats();
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}
