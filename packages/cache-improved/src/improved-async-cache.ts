import {
  assertKey,
  assertValue,
  CacheError,
  systemClock,
  type BatchEntry,
  type CacheCapabilities,
  type CacheEntry,
  type CacheStats,
  type Clock,
  type FillOptions,
  type LeasedLookup,
  type LocalCache,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import { CacheMetrics } from './cache-metrics.js';
import type { Awaitable, CacheStorage } from './cache-storage.js';
import { CacheTTLManager } from './cache-ttl-manager.js';
import { MemoryStorage, type MemoryStorageOptions } from './memory-storage.js';
import { capabilitiesOf, offered } from './storage-capabilities.js';

/** Options of {@link ImprovedAsyncCache}; those of the memory storage only without a `storage`. */
export interface ImprovedAsyncCacheOptions<V> extends MemoryStorageOptions<V> {
  /** Where the entries are. Default: in memory. */
  readonly storage?: CacheStorage<V>;
  /** Lifetime of an entry that is set without one, in milliseconds. Default one hour. */
  readonly defaultTtl?: number;
  /** Milliseconds between two removals of expired entries that nobody reads. Default one minute. */
  readonly cleanupInterval?: number;
  readonly clock?: Clock;
}

const OF_MEMORY_ONLY = ['maxEntries', 'maxBytes', 'sizeOf', 'policy', 'expiry'] as const;
const HOUR = 3_600_000;
const MINUTE = 60_000;

/**
 * The new cache: keys, values and lifetimes are checked here, and the rest is composed: a storage, a
 * {@link CacheTTLManager} and {@link CacheMetrics}.
 */
export class ImprovedAsyncCache<V = unknown> implements LocalCache<V> {
  readonly capabilities: CacheCapabilities;
  readonly #storage: CacheStorage<V>;
  readonly #ttl: CacheTTLManager;
  readonly #metrics = new CacheMetrics();
  #isShutDown = false;

  constructor(options: ImprovedAsyncCacheOptions<V> = {}) {
    const clock = options.clock ?? systemClock;
    const storage = storageOf(options);
    this.#storage = storage;
    this.#ttl = new CacheTTLManager({
      defaultTtl: options.defaultTtl ?? HOUR,
      cleanupInterval: options.cleanupInterval ?? MINUTE,
      clock,
      ...(storage.removeExpired && { removeExpired: () => storage.removeExpired?.() }),
    });
    storage.observeRemovals?.((removal) => this.#metrics.removed(removal));
    const { local, ...traits } = storage.traits;
    this.capabilities = {
      ...traits,
      statsNow: local,
      defaultTtl: this.#ttl.defaultTtl,
      normalises: [],
      ...capabilitiesOf(storage),
    };
  }

  /** Starts the clean-ups, which the first set does too; opens the cache again after `shutdown`. */
  async initialize(): Promise<void> {
    this.#isShutDown = false;
    this.#ttl.start();
  }

  async get(key: string): Promise<V | undefined> {
    const found = this.#find(key);
    const result = isPromise(found) ? await found : found;
    this.#count(result.kind);
    return result.kind === 'hit' ? result.value : undefined;
  }

  async lookup(key: string): Promise<Lookup<V>> {
    const found = this.#find(key);
    const result = isPromise(found) ? await found : found;
    this.#count(result.kind);
    return result;
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    this.#check(key);
    assertValue(value);
    const lifetime = this.#ttl.lifetime(options?.ttl);
    const stored = this.#storage.set(key, value, lifetime);
    if (isPromise(stored)) await stored;
    this.#metrics.set();
    this.#ttl.start();
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    const wasThere = await this.#storage.delete(key);
    if (wasThere) this.#metrics.deleted();
    return wasThere;
  }

  async has(key: string): Promise<boolean> {
    this.#check(key);
    return this.#storage.has(key);
  }

  async clear(): Promise<void> {
    this.#checkOpen();
    await this.#storage.clear();
  }

  // What the storage offers itself; see `capabilities`.

  async add(key: string, value: V, options?: SetOptions): Promise<boolean> {
    this.#check(key);
    assertValue(value);
    const lifetime = this.#ttl.lifetime(options?.ttl);
    const isStored = await offered(this.#storage, 'add').add(key, value, lifetime);
    if (isStored) this.#metrics.set();
    return isStored;
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    this.#checkOpen();
    yield* offered(this.#storage, 'entries').entries();
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    this.#check(key);
    const found = await offered(this.#storage, 'lookupOrLease').lookupOrLease(key);
    this.#count(found.kind);
    return found;
  }

  async fill(key: string, value: V, { lease, expiresAt }: FillOptions): Promise<boolean> {
    this.#check(key);
    assertValue(value);
    const lifetime = this.#ttl.lifetimeUntil(expiresAt);
    const isStored = await offered(this.#storage, 'fill').fill(key, value, lifetime, lease);
    if (isStored) this.#metrics.set();
    return isStored;
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    for (const key of keys) this.#check(key);
    const found = new Map<string, V>();
    const results = await offered(this.#storage, 'lookupMany').lookupMany(keys);
    for (const [index, result] of results.entries()) {
      this.#count(result.kind);
      if (result.kind === 'hit') found.set(keys[index] ?? '', result.value);
    }
    return found;
  }

  async setMany(entries: readonly BatchEntry<V>[]): Promise<void> {
    const ready = entries.map(({ key, value, ttl }) => {
      this.#check(key);
      assertValue(value);
      return { key, value, lifetime: this.#ttl.lifetime(ttl) };
    });
    await offered(this.#storage, 'setMany').setMany(ready);
    for (const _ of ready) this.#metrics.set();
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    for (const key of keys) this.#check(key);
    const deleted = await offered(this.#storage, 'deleteMany').deleteMany(keys);
    for (let count = 0; count < deleted; count += 1) this.#metrics.deleted();
    return deleted;
  }

  async size(): Promise<number> {
    this.#checkOpen();
    return this.#storage.size();
  }

  async getKeys(): Promise<string[]> {
    this.#checkOpen();
    return this.#storage.getKeys();
  }

  async getStats(): Promise<CacheStats> {
    this.#checkOpen();
    return this.#statsWith(await this.#storage.size());
  }

  /** As `getStats`, at once; only over a storage in the process, see `capabilities.statsNow`. */
  statsNow(): CacheStats {
    this.#checkOpen();
    const size = this.#storage.size();
    if (isPromise(size)) {
      throw new CacheError('INVALID_OPTION', 'expected a storage in the process; ask getStats()');
    }
    return this.#statsWith(size);
  }

  async shutdown(): Promise<void> {
    if (this.#isShutDown) return;
    this.#isShutDown = true;
    this.#ttl.stop();
    await this.#storage.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #find(key: string): Awaitable<Lookup<V>> {
    this.#check(key);
    return this.#storage.lookup(key);
  }

  #count(kind: Lookup<V>['kind']): void {
    if (kind === 'hit') this.#metrics.hit();
    else this.#metrics.miss();
  }

  #statsWith(size: number): CacheStats {
    const bytes = this.#storage.bytes?.();
    return this.#metrics.stats(bytes === undefined ? { size } : { size, bytes });
  }

  #check(key: string): void {
    this.#checkOpen();
    assertKey(key);
  }

  #checkOpen(): void {
    if (this.#isShutDown) throw new CacheError('SHUT_DOWN', 'the cache was shut down');
  }
}

function storageOf<V>(options: ImprovedAsyncCacheOptions<V>): CacheStorage<V> {
  if (options.storage === undefined) return new MemoryStorage(options);
  const misplaced = OF_MEMORY_ONLY.filter((name) => options[name] !== undefined);
  if (misplaced.length > 0) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected ${misplaced.join(', ')} on the storage itself, which was given; got them on the cache`,
    );
  }
  return options.storage;
}

function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return value instanceof Promise;
}
