import type { AddingCache } from '../adding-cache.js';
import type { BatchCache, BatchEntry } from '../batch-cache.js';
import type { SetOptions } from '../cache.js';
import type { CacheCapabilities } from '../cache-capabilities.js';
import { CacheError } from '../cache-error.js';
import { assertKey } from '../cache-key.js';
import { hitRateOf, type CacheStats } from '../cache-stats.js';
import { assertValue } from '../cache-value.js';
import type { Clock } from '../clock.js';
import type { CacheEntry, IterableCache } from '../iterable-cache.js';
import type { FillOptions, Lease, LeasedLookup, LeasingCache } from '../leasing-cache.js';
import type { LocalCache } from '../local-cache.js';
import { MISS, type Hit, type Lookup } from '../lookup.js';
import { systemClock } from '../system-clock.js';
import { wholeTtl } from '../ttl.js';

interface StoredEntry<V> {
  readonly value: V;
  readonly ttl: number;
  readonly bytes: number;
  expiresAt: number;
}

/** Entries and leases that several reference caches see, as processes see those of one server. */
export class ReferenceStore<V = unknown> {
  /** The one that was written longest ago first. */
  readonly entries = new Map<string, StoredEntry<V>>();
  /** The leases that still hold, and the key that each is for. */
  readonly leases = new Map<string, string>();
  leasesGranted = 0;
}

/** Options of {@link ReferenceCache}. */
export interface ReferenceCacheOptions<V> {
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Given: the cache is shared, by everybody who was given the same one. */
  readonly store?: ReferenceStore<V>;
  /** Default `absolute`. */
  readonly expiry?: 'absolute' | 'sliding';
  /** Milliseconds. Default `Infinity`. */
  readonly defaultTtl?: number;
  /** Default: no such bound. */
  readonly maxEntries?: number;
  /** As `sizeOf` weighs them. Default: no such bound. */
  readonly maxBytes?: number;
  /** What an entry weighs, in bytes. Default: two for each character of a text, eight for anything else. */
  readonly sizeOf?: (value: V) => number;
}

type EveryCapability<V> = LeasingCache<V> &
  AddingCache<V> &
  IterableCache<V> &
  BatchCache<V> &
  LocalCache<V>;

/**
 * The contract, read aloud: every capability, no concern for speed. Each call first removes what is
 * expired and then does the one thing that it says. For tests: against it others are compared.
 */
export class ReferenceCache<V = unknown> implements EveryCapability<V> {
  readonly capabilities: CacheCapabilities;
  readonly #store: ReferenceStore<V>;
  readonly #clock: Clock;
  readonly #expiry: 'absolute' | 'sliding';
  readonly #defaultTtl: number;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #sizeOf: (value: V) => number;
  readonly #counts = { hits: 0, misses: 0, sets: 0, deletes: 0, evictions: 0, expirations: 0 };
  #isShutDown = false;

  constructor(options: ReferenceCacheOptions<V> = {}) {
    const { store, maxEntries = Infinity, maxBytes = Infinity } = options;
    this.#store = store ?? new ReferenceStore();
    this.#clock = options.clock ?? systemClock;
    this.#expiry = options.expiry ?? 'absolute';
    this.#defaultTtl = wholeTtl(options.defaultTtl ?? Infinity);
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#sizeOf =
      options.sizeOf ?? ((value) => (typeof value === 'string' ? 2 * value.length : 8));
    this.capabilities = {
      leases: true,
      add: true,
      entries: true,
      many: true,
      statsNow: true,
      expiry: this.#expiry,
      shared: store !== undefined,
      defaultTtl: this.#defaultTtl,
      maxEntries,
      maxBytes,
      normalises: [],
    };
  }

  async get(key: string): Promise<V | undefined> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  async lookup(key: string): Promise<Lookup<V>> {
    this.#begin(key);
    const entry = this.#store.entries.get(key);
    if (entry === undefined) {
      this.#counts.misses += 1;
      return MISS;
    }
    this.#counts.hits += 1;
    if (this.#expiry === 'sliding') entry.expiresAt = this.#clock.now() + entry.ttl;
    return { kind: 'hit', value: entry.value, expiresAt: entry.expiresAt };
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    this.#begin(key);
    this.#write(key, this.#entryOf(value, this.#ttlOf(options)));
  }

  async add(key: string, value: V, options?: SetOptions): Promise<boolean> {
    this.#begin(key);
    const entry = this.#entryOf(value, this.#ttlOf(options));
    if (this.#store.entries.has(key)) return false;
    this.#write(key, entry);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    this.#begin(key);
    return this.#remove(key);
  }

  async has(key: string): Promise<boolean> {
    this.#begin(key);
    return this.#store.entries.has(key);
  }

  async clear(): Promise<void> {
    this.#begin();
    this.#store.entries.clear();
    this.#store.leases.clear();
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const found = await this.lookup(key);
    if (found.kind === 'hit') return found satisfies Hit<V>;
    this.#store.leasesGranted += 1;
    const lease = `lease ${this.#store.leasesGranted}` as Lease;
    this.#store.leases.set(lease, key);
    return { kind: 'miss', lease };
  }

  async fill(key: string, value: V, { lease, expiresAt }: FillOptions): Promise<boolean> {
    this.#begin(key);
    const now = this.#clock.now();
    const ttl = expiresAt === undefined ? this.#defaultTtl : Math.max(0, expiresAt - now);
    const entry = this.#entryOf(value, wholeTtl(ttl));
    if (this.#store.leases.get(lease) !== key) return false;
    this.#write(key, entry);
    return true;
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    this.#begin(...keys);
    const found = new Map<string, V>();
    for (const key of keys) {
      const result = await this.lookup(key);
      if (result.kind === 'hit') found.set(key, result.value);
    }
    return found;
  }

  async setMany(entries: readonly BatchEntry<V>[]): Promise<void> {
    this.#begin(...entries.map(({ key }) => key));
    const ready = entries.map(
      (entry) => [entry.key, this.#entryOf(entry.value, this.#ttlOf(entry))] as const,
    );
    for (const [key, entry] of ready) this.#write(key, entry);
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    this.#begin(...keys);
    return keys.filter((key) => this.#remove(key)).length;
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    this.#begin();
    for (const key of [...this.#store.entries.keys()]) {
      this.#begin();
      const entry = this.#store.entries.get(key);
      if (entry !== undefined) yield { key, value: entry.value, expiresAt: entry.expiresAt };
    }
  }

  async size(): Promise<number> {
    this.#begin();
    return this.#store.entries.size;
  }

  async getKeys(): Promise<string[]> {
    this.#begin();
    return [...this.#store.entries.keys()];
  }

  async getStats(): Promise<CacheStats> {
    return this.statsNow();
  }

  statsNow(): CacheStats {
    this.#begin();
    const { hits, misses } = this.#counts;
    return {
      ...this.#counts,
      size: this.#store.entries.size,
      bytes: this.#bytes(),
      hitRate: hitRateOf(hits, misses),
    };
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Refuses what cannot be, then removes what is expired. */
  #begin(...keys: readonly string[]): void {
    if (this.#isShutDown) throw new CacheError('SHUT_DOWN', 'the cache was shut down');
    for (const key of keys) assertKey(key);
    const now = this.#clock.now();
    for (const [key, { expiresAt }] of this.#store.entries) {
      if (expiresAt > now) continue;
      this.#store.entries.delete(key);
      this.#counts.expirations += 1;
    }
  }

  #ttlOf(options: SetOptions | undefined): number {
    const ttl = options?.ttl;
    return ttl === undefined ? this.#defaultTtl : wholeTtl(ttl);
  }

  #entryOf(value: V, ttl: number): StoredEntry<V> {
    assertValue(value);
    const bytes = this.#sizeOf(value);
    if (bytes > this.#maxBytes) {
      throw new CacheError(
        'TOO_LARGE',
        `expected an entry of at most ${this.#maxBytes} bytes; got one of ${bytes}`,
      );
    }
    return { value, ttl, bytes, expiresAt: this.#clock.now() + ttl };
  }

  #write(key: string, entry: StoredEntry<V>): void {
    this.#loseLeases(key);
    this.#store.entries.delete(key);
    if (entry.ttl > 0) this.#store.entries.set(key, entry);
    this.#counts.sets += 1;
    for (const oldest of this.#store.entries.keys()) {
      if (this.#store.entries.size <= this.#maxEntries && this.#bytes() <= this.#maxBytes) break;
      this.#store.entries.delete(oldest);
      this.#counts.evictions += 1;
    }
  }

  #remove(key: string): boolean {
    this.#loseLeases(key);
    const wasThere = this.#store.entries.delete(key);
    if (wasThere) this.#counts.deletes += 1;
    return wasThere;
  }

  #loseLeases(key: string): void {
    for (const [lease, leased] of this.#store.leases) {
      if (leased === key) this.#store.leases.delete(lease);
    }
  }

  #bytes(): number {
    return [...this.#store.entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
