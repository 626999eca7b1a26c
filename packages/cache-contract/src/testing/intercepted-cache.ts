import { hasAdd, type AddingCache } from '../adding-cache.js';
import { hasMany, type BatchCache, type BatchEntry } from '../batch-cache.js';
import type { Cache, SetOptions } from '../cache.js';
import type { CacheCapabilities } from '../cache-capabilities.js';
import { CacheError } from '../cache-error.js';
import type { CacheStats } from '../cache-stats.js';
import { hasEntries, type CacheEntry, type IterableCache } from '../iterable-cache.js';
import {
  hasLeases,
  type FillOptions,
  type LeasedLookup,
  type LeasingCache,
} from '../leasing-cache.js';
import { hasStatsNow, type LocalCache } from '../local-cache.js';
import type { Lookup } from '../lookup.js';

/** The calls of the contract that answer with a promise, `shutdown` apart. */
export type CacheOperation = Exclude<
  {
    [Name in keyof Every<unknown>]: Every<unknown>[Name] extends (
      ...args: never[]
    ) => Promise<unknown> | AsyncIterable<unknown>
      ? Name
      : never;
  }[keyof Every<unknown>],
  'shutdown' | symbol
>;

/** One call, as far as it can be told from outside. */
export interface CacheCall {
  readonly operation: CacheOperation;
  /** None for a call that is about the whole cache. */
  readonly keys: readonly string[];
  /** What is to be stored, one for each key. */
  readonly values?: readonly unknown[];
  /** As given, in milliseconds. */
  readonly ttl?: number | undefined;
}

type Every<V> = LeasingCache<V> & AddingCache<V> & IterableCache<V> & BatchCache<V> & LocalCache<V>;

/**
 * Any cache, with every call passing by one place. It can what the inner one can; other calls are
 * refused with `INVALID_OPTION`. `shutdown` and `statsNow` go straight through.
 */
export abstract class InterceptedCache<V = unknown> implements Every<V> {
  readonly #inner: Cache<V>;

  constructor(inner: Cache<V>) {
    this.#inner = inner;
  }

  get capabilities(): CacheCapabilities {
    return this.#inner.capabilities;
  }

  get(key: string): Promise<V | undefined> {
    return this.around({ operation: 'get', keys: [key] }, () => this.#inner.get(key));
  }

  lookup(key: string): Promise<Lookup<V>> {
    return this.around({ operation: 'lookup', keys: [key] }, () => this.#inner.lookup(key));
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    return this.around({ operation: 'set', keys: [key], values: [value], ttl: options?.ttl }, () =>
      this.#inner.set(key, value, options),
    );
  }

  delete(key: string): Promise<boolean> {
    return this.around({ operation: 'delete', keys: [key] }, () => this.#inner.delete(key));
  }

  has(key: string): Promise<boolean> {
    return this.around({ operation: 'has', keys: [key] }, () => this.#inner.has(key));
  }

  clear(): Promise<void> {
    return this.around({ operation: 'clear', keys: [] }, () => this.#inner.clear());
  }

  size(): Promise<number> {
    return this.around({ operation: 'size', keys: [] }, () => this.#inner.size());
  }

  getKeys(): Promise<string[]> {
    return this.around({ operation: 'getKeys', keys: [] }, () => this.#inner.getKeys());
  }

  getStats(): Promise<CacheStats> {
    return this.around({ operation: 'getStats', keys: [] }, () => this.#inner.getStats());
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const inner = capable(this.#inner, hasLeases, 'leases');
    return this.around({ operation: 'lookupOrLease', keys: [key] }, () => inner.lookupOrLease(key));
  }

  async fill(key: string, value: V, options: FillOptions): Promise<boolean> {
    const inner = capable(this.#inner, hasLeases, 'leases');
    return this.around({ operation: 'fill', keys: [key], values: [value] }, () =>
      inner.fill(key, value, options),
    );
  }

  async add(key: string, value: V, options?: SetOptions): Promise<boolean> {
    const inner = capable(this.#inner, hasAdd, 'add');
    return this.around({ operation: 'add', keys: [key], values: [value], ttl: options?.ttl }, () =>
      inner.add(key, value, options),
    );
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    const inner = capable(this.#inner, hasMany, 'many');
    return this.around({ operation: 'getMany', keys }, () => inner.getMany(keys));
  }

  async setMany(entries: readonly BatchEntry<V>[]): Promise<void> {
    const inner = capable(this.#inner, hasMany, 'many');
    const keys = entries.map(({ key }) => key);
    const values = entries.map(({ value }) => value);
    return this.around({ operation: 'setMany', keys, values }, () => inner.setMany(entries));
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const inner = capable(this.#inner, hasMany, 'many');
    return this.around({ operation: 'deleteMany', keys }, () => inner.deleteMany(keys));
  }

  /** Its beginning is the call; what it gives afterwards passes by nowhere. */
  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    const inner = capable(this.#inner, hasEntries, 'entries');
    yield* await this.around({ operation: 'entries', keys: [] }, async () => inner.entries());
  }

  statsNow(): CacheStats {
    return capable(this.#inner, hasStatsNow, 'statsNow').statsNow();
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Where every call passes by. */
  protected abstract around<T>(call: CacheCall, carryOut: () => Promise<T>): Promise<T>;
}

function capable<V, Capable extends Cache<V>>(
  cache: Cache<V>,
  isCapable: (cache: Cache<V>) => cache is Capable,
  capability: string,
): Capable {
  if (isCapable(cache)) return cache;
  throw new CacheError(
    'INVALID_OPTION',
    `expected a cache that declares ${capability}; it does not`,
  );
}
