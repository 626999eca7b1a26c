import {
  assertKey,
  assertValue,
  CacheError,
  hitRateOf,
  MAX_TTL,
  MISS,
  wholeTtl,
  type CacheCapabilities,
  type CacheEntry,
  type CacheStats,
  type IterableCache,
  type LocalCache,
  type Lookup,
  type Normalisation,
  type SetOptions,
} from '@resync/cache-contract';
import type { AsyncTTLCache } from './async-ttl-cache.js';
import { milliseconds, SECOND } from './milliseconds.js';

/** Stands in the old cache for `null`, which it refuses. */
const NULL_IN_A_BOX = Object.freeze({ boxed: null });

/** Options of {@link legacyCache}. */
export interface LegacyCacheOptions<V> {
  /**
   * Makes a copy of each value on its way in and on its way out, for instance `structuredClone`, so
   * that callers who change what they read do not change what two caches hold. Default: no copies.
   */
  readonly clone?: (value: V) => V;
}

/**
 * The old cache behind the contract. It keeps sliding its expiry; everything else is as the contract
 * says. After `shutdown` the adapter refuses further use; the old cache itself would start again.
 */
export function legacyCache<V = unknown>(
  inner: AsyncTTLCache<V>,
  options: LegacyCacheOptions<V> = {},
): LocalCache<V> & IterableCache<V> {
  return new LegacyCacheAdapter(inner, options);
}

class LegacyCacheAdapter<V> implements LocalCache<V>, IterableCache<V> {
  readonly capabilities: CacheCapabilities;
  readonly #inner: AsyncTTLCache;
  readonly #clone: (value: V) => V;
  #isShutDown = false;

  constructor(inner: AsyncTTLCache<V>, { clone = (value) => value }: LegacyCacheOptions<V>) {
    this.#inner = inner;
    this.#clone = clone;
    this.capabilities = {
      entries: true,
      statsNow: true,
      expiry: 'sliding',
      shared: false,
      defaultTtl: milliseconds(inner.ttlSeconds),
      maxTtl: MAX_TTL,
      maxEntries: inner.maxEntries,
      maxBytes: inner.maxBytes,
      normalises: HIDDEN,
    };
  }

  async get(key: string): Promise<V | undefined> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  async lookup(key: string): Promise<Lookup<V>> {
    this.#check(key);
    const stored = await this.#inner.get(key);
    if (stored === null) return MISS;
    const value = this.#valueOf(stored);
    const expiresAt = this.#inner.peek(key)?.expiresAt;
    return expiresAt === undefined ? { kind: 'hit', value } : { kind: 'hit', value, expiresAt };
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    this.#check(key);
    assertValue(value);
    const ttl =
      options?.ttl === undefined ? milliseconds(this.#inner.ttlSeconds) : wholeTtl(options.ttl);
    const stored = value === null ? NULL_IN_A_BOX : this.#copyOf(value);
    try {
      await this.#inner.set(key, stored, Math.min(ttl, MAX_TTL) / SECOND);
    } catch (error) {
      const code = error instanceof RangeError ? 'TOO_LARGE' : 'BACKEND';
      throw new CacheError(code, `the old cache refused the value: ${String(error)}`, {
        cause: error,
      });
    }
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    if (this.#inner.peek(key) === undefined) return false;
    return this.#inner.delete(key);
  }

  async has(key: string): Promise<boolean> {
    this.#check(key);
    return this.#inner.peek(key) !== undefined;
  }

  async clear(): Promise<void> {
    this.#checkOpen();
    await this.#inner.clear();
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    this.#checkOpen();
    for (const key of [...this.#inner.liveKeys()]) {
      this.#checkOpen();
      const entry = this.#inner.peek(key);
      if (entry === undefined) continue;
      yield { key, value: this.#valueOf(entry.value), expiresAt: entry.expiresAt };
    }
  }

  async size(): Promise<number> {
    this.#checkOpen();
    return this.#liveSize();
  }

  async getKeys(): Promise<string[]> {
    this.#checkOpen();
    return [...this.#inner.liveKeys()];
  }

  async getStats(): Promise<CacheStats> {
    return this.statsNow();
  }

  statsNow(): CacheStats {
    this.#checkOpen();
    const { hits, misses, sets } = this.#inner.getDetailedMetrics();
    const { deleted, evicted, expired } = this.#inner.removalCounts();
    return {
      hits,
      misses,
      sets,
      deletes: deleted,
      evictions: evicted,
      expirations: expired,
      size: this.#liveSize(),
      bytes: this.#inner.estimatedBytes(),
      hitRate: hitRateOf(hits, misses),
    };
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.#inner.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #copyOf(value: V): V {
    try {
      return this.#clone(value);
    } catch (cause) {
      throw new CacheError('INVALID_VALUE', 'expected a value that clone can copy; it threw', {
        cause,
      });
    }
  }

  #valueOf(stored: unknown): V {
    return stored === NULL_IN_A_BOX ? (null as V) : this.#clone(stored as V);
  }

  #liveSize(): number {
    return [...this.#inner.liveKeys()].length;
  }

  #check(key: string): void {
    this.#checkOpen();
    assertKey(key);
  }

  #checkOpen(): void {
    if (this.#isShutDown) throw new CacheError('SHUT_DOWN', 'the cache was shut down');
  }
}

const HIDDEN: readonly Normalisation[] = [
  { behaviour: 'size', beneath: 'size() answers at once, and counts expired entries' },
  { behaviour: 'size', beneath: 'delete() of an expired entry is true' },
  { behaviour: 'end', beneath: 'it ends by stop(), and starts again when it is used' },
  { behaviour: 'metrics', beneath: 'getDetailedMetrics(), at once, in words of its own' },
  {
    behaviour: 'options',
    beneath:
      'ttlSeconds, cleanupInterval, numShards, maxEntries, maxMemoryMb, paranoiaMode: see improvedOptionsFrom',
  },
  { behaviour: 'default ttl', beneath: 'lifetimes are in seconds' },
  { behaviour: 'ttl edges', beneath: 'Infinity is refused; the adapter makes a year of it' },
  { behaviour: 'null', beneath: 'null is refused, and what a miss reads as; the adapter boxes it' },
  { behaviour: 'keys', beneath: 'what is no string is turned into one' },
  {
    behaviour: 'eviction order',
    beneath: 'the timestamp that expiry counts from decides, within the shard of the new key first',
  },
  { behaviour: 'removals', beneath: 'deletes, expirations and evictions are counted together' },
];
