import { hasStatsNow, type Cache, type CacheStats } from '@resync/cache-contract';
import { canonicalKey } from './canonical-key.js';

const SECOND = 1000;

/** The figures of the old `getDetailedMetrics` that any cache has. */
export interface FacadeMetrics {
  readonly size: number;
  readonly ttl_seconds: number | null;
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  /** Evicted, deleted and expired entries together, as the old cache counts. */
  readonly evictions: number;
  readonly hit_rate: number;
  readonly miss_rate: number;
  readonly eviction_rate: number;
  readonly is_running: boolean;
  readonly health_status: 'healthy' | 'stopped';
  /** How many facade calls ended since these figures were taken: 0 for a cache in the process. */
  readonly calls_since: number;
}

/** The vocabulary of the old cache. */
export interface LegacyFacade<V> {
  /** The value, or `null`. */
  get(key: unknown): Promise<V | null>;
  /** @throws TypeError for null, which the old cache refuses too */
  set(key: unknown, value: V, ttlSeconds?: number): Promise<void>;
  delete(key: unknown): Promise<boolean>;
  clear(): Promise<void>;
  /** Live entries: exact for a cache in the process, else as of the last answer. */
  size(): number;
  stop(): Promise<void>;
  getDetailedMetrics(): FacadeMetrics;
}

/**
 * Gives any cache the old cache's vocabulary, so that no call site has to change on the day of the
 * switch: seconds, `null` on a miss, and figures without waiting. Where the cache is remote, each
 * write asks it for fresh figures in the background.
 */
export function legacyFacade<V = unknown>(cache: Cache<V>): LegacyFacade<V> {
  return new Facade(cache);
}

const NOTHING_YET: CacheStats = {
  hits: 0,
  misses: 0,
  sets: 0,
  deletes: 0,
  evictions: 0,
  expirations: 0,
  size: 0,
  hitRate: 0,
};

class Facade<V> implements LegacyFacade<V> {
  readonly #cache: Cache<V>;
  #known = NOTHING_YET;
  #callsSince = 0;
  #isAsking = false;
  #isStopped = false;

  constructor(cache: Cache<V>) {
    this.#cache = cache;
  }

  async get(key: unknown): Promise<V | null> {
    const found = await this.#cache.lookup(canonicalKey(key));
    this.#ended();
    return found.kind === 'hit' ? found.value : null;
  }

  async set(key: unknown, value: V, ttlSeconds?: number): Promise<void> {
    const name = canonicalKey(key);
    if (value === null || value === undefined) {
      throw new TypeError(`expected a value; got ${String(value)}`);
    }
    await this.#cache.set(
      name,
      value,
      ttlSeconds === undefined ? {} : { ttl: ttlSeconds * SECOND },
    );
    this.#ended();
  }

  async delete(key: unknown): Promise<boolean> {
    const deleted = await this.#cache.delete(canonicalKey(key));
    this.#ended();
    return deleted;
  }

  async clear(): Promise<void> {
    await this.#cache.clear();
    this.#ended();
  }

  size(): number {
    return this.#stats().size;
  }

  async stop(): Promise<void> {
    this.#known = this.#stats();
    this.#isStopped = true;
    await this.#cache.shutdown();
  }

  getDetailedMetrics(): FacadeMetrics {
    const stats = this.#stats();
    const { defaultTtl } = this.#cache.capabilities;
    const evictions = stats.evictions + stats.deletes + stats.expirations;
    return {
      size: stats.size,
      ttl_seconds: defaultTtl === undefined ? null : defaultTtl / SECOND,
      hits: stats.hits,
      misses: stats.misses,
      sets: stats.sets,
      evictions,
      hit_rate: stats.hitRate,
      miss_rate: stats.hits + stats.misses === 0 ? 0 : 1 - stats.hitRate,
      eviction_rate: stats.sets === 0 ? 0 : evictions / stats.sets,
      is_running: !this.#isStopped,
      health_status: this.#isStopped ? 'stopped' : 'healthy',
      calls_since: this.#callsSince,
    };
  }

  #stats(): CacheStats {
    if (this.#isStopped || !hasStatsNow(this.#cache)) return this.#known;
    return this.#cache.statsNow();
  }

  #ended(): void {
    if (hasStatsNow(this.#cache)) return;
    this.#callsSince += 1;
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    this.#callsSince = 0;
    try {
      this.#known = await this.#cache.getStats();
    } catch {
      // The call that ended well was the news; that the figures are old shows in calls_since.
    } finally {
      this.#isAsking = false;
    }
  }
}
