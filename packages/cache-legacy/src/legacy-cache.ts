import {
  assertKey,
  assertValue,
  CacheError,
  hitRateOf,
  MAX_TTL,
  MISS,
  wholeTtl,
  type CacheCapabilities,
  type CacheStats,
  type LocalCache,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import type { AsyncTTLCache } from './async-ttl-cache.js';

const SECOND = 1000;

/** Stands in the old cache for `null`, which it refuses. */
const NULL_IN_A_BOX = Object.freeze({ boxed: null });

/**
 * The old cache behind the contract. It keeps sliding its expiry; everything else is as the contract
 * says. After `shutdown` the adapter refuses further use; the old cache itself would start again.
 */
export function legacyCache<V = unknown>(inner: AsyncTTLCache<V>): LocalCache<V> {
  return new LegacyCacheAdapter(inner);
}

class LegacyCacheAdapter<V> implements LocalCache<V> {
  readonly capabilities: CacheCapabilities;
  readonly #inner: AsyncTTLCache;
  #isShutDown = false;

  constructor(inner: AsyncTTLCache<V>) {
    this.#inner = inner;
    this.capabilities = {
      leases: false,
      statsNow: true,
      expiry: 'sliding',
      shared: false,
      defaultTtl: inner.ttlSeconds * SECOND,
      maxTtl: MAX_TTL,
      normalises: [
        'null is stored in a box, because the old cache refuses it',
        'a miss is undefined instead of null',
        'lifetimes are milliseconds instead of seconds; Infinity becomes one year',
        'size counts live entries only, delete of an expired entry is false',
        'deletes, expirations and evictions are counted apart',
        'keys that are not strings are refused instead of turned into strings',
      ],
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
    const value = (stored === NULL_IN_A_BOX ? null : stored) as V;
    const expiresAt = this.#inner.peek(key)?.expiresAt;
    return expiresAt === undefined ? { kind: 'hit', value } : { kind: 'hit', value, expiresAt };
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    this.#check(key);
    assertValue(value);
    const ttl =
      options?.ttl === undefined ? this.#inner.ttlSeconds * SECOND : wholeTtl(options.ttl);
    try {
      await this.#inner.set(key, value ?? NULL_IN_A_BOX, Math.min(ttl, MAX_TTL) / SECOND);
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
