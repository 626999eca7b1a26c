import {
  assertKey,
  assertValue,
  hasStatsNow,
  systemClock,
  type Cache,
  type CacheStats,
  type Clock,
  type SetOptions,
} from '@resync/cache-contract';
import { canonicalKey } from './canonical-key.js';
import {
  facadeMetrics,
  hasRoom,
  isWithinBounds,
  ttlSecondsOf,
  type FacadeMetrics,
} from './facade-metrics.js';
import { checkHealth, type HealthFigures, type HealthReport } from './health-check.js';
import { milliseconds } from './milliseconds.js';
import { cannotStartAgain, oldErrorFor } from './old-error.js';
import { assertPresent } from './present-value.js';
import { systemProbeKey } from './system-probe-key.js';
import { undoSteps, type TransactionOperation, type UndoStep } from './transaction.js';
import { faultOf, type Verdict } from './verdict.js';

/**
 * The vocabulary of the old cache. Its methods fail with the old cache's errors: a TypeError or
 * RangeError for a key, a value or a lifetime. A value that the contract refuses and the old cache
 * took, a promise for one, is a TypeError. After `stop` the old cache starts again when it is used;
 * this one cannot, and rejects with a `CacheError` of the code `SHUT_DOWN` that says so.
 */
export interface LegacyFacade<V> {
  /** The value, or `null`. */
  get(key: unknown): Promise<V | null>;
  /**
   * @param ttlSeconds 0: expires at once; left out: the cache's own default
   * @throws TypeError for null, and a lifetime that is no number; RangeError for a lifetime that is
   *   negative or over one year, and for a value over the cache's bounds
   */
  set(key: unknown, value: V, ttlSeconds?: number): Promise<void>;
  /** True if a live entry was there. */
  delete(key: unknown): Promise<boolean>;
  clear(): Promise<void>;
  /**
   * Live entries: exact for a cache in the process, else as of the last answer, 0 before the first. Asking
   * is then what this call does in the background, see {@link legacyFacade}.
   */
  size(): number;
  /** Shuts the cache down, for good. Calling it again does nothing. */
  stop(): Promise<void>;
  /** The figures that `size` tells of, as old as those. */
  getDetailedMetrics(): FacadeMetrics;
  /**
   * Undoes operations that were carried out, at most 10 000, the last one first. Other calls may
   * come in between, and where the cache fails on the way this rejects, with the later operations
   * undone and the earlier ones not.
   *
   * @returns false where they are refused, all of them; nothing has changed then, and
   *   `transactionFault` says why
   */
  rollbackTransaction(operations: readonly TransactionOperation<V>[]): Promise<boolean>;
  /** Why `rollbackTransaction` would refuse these; undefined where it would not. */
  transactionFault(operations: unknown): string | undefined;
  /**
   * Sets, gets and deletes a key that nobody uses, and judges the figures; the probe counts as what
   * it is. Where the cache declares that it is full nothing is set, because a live entry would have
   * to go. Never rejects; waits as long as the cache does.
   */
  healthCheck(): Promise<HealthReport>;
}

/**
 * Gives any cache the old cache's vocabulary, so that no call site has to change on the day of the
 * switch: seconds, `null` on a miss, and figures without waiting. Where the cache is remote, who asks for
 * figures gets those of the last answer and has fresh ones fetched in the background, at most every five
 * seconds: a server may have to walk through all its keys for them.
 */
export function legacyFacade<V = unknown>(
  cache: Cache<V>,
  { clock = systemClock }: LegacyFacadeOptions = {},
): LegacyFacade<V> {
  return new Facade(cache, clock);
}

/** What a facade is made with. */
export interface LegacyFacadeOptions {
  /** Tells when figures are asked for again. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** Milliseconds between two questions for the figures of a remote cache, at least. */
const ASK_EVERY = 5000;

const PROBE_VALUE = 'health check';
/** Milliseconds after which a probe is gone that could not be deleted. */
const PROBE_TTL = 60_000;

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

interface Write<V> {
  readonly value: V;
  readonly options: SetOptions;
}

class Facade<V> implements LegacyFacade<V> {
  readonly #cache: Cache<V>;
  #known = NOTHING_YET;
  #callsSince = 0;
  #askedAt = -Infinity;
  #isAsking = false;
  #isStopped = false;
  readonly #clock: Clock;

  constructor(cache: Cache<V>, clock: Clock) {
    this.#cache = cache;
    this.#clock = clock;
  }

  async get(key: unknown): Promise<V | null> {
    const name = canonicalKey(key);
    const found = await this.#call(() => this.#cache.lookup(name));
    return found.kind === 'hit' ? found.value : null;
  }

  async set(key: unknown, value: V, ttlSeconds?: number): Promise<void> {
    const name = canonicalKey(key);
    assertPresent(value);
    const options = lifetimeOf(ttlSeconds);
    await this.#call(() => this.#cache.set(name, value, options));
  }

  async delete(key: unknown): Promise<boolean> {
    const name = canonicalKey(key);
    return this.#call(() => this.#cache.delete(name));
  }

  async clear(): Promise<void> {
    await this.#call(() => this.#cache.clear());
  }

  size(): number {
    this.#refresh();
    return this.#stats().size;
  }

  async stop(): Promise<void> {
    if (!this.#isStopped) this.#known = this.#lastStats();
    this.#isStopped = true;
    await this.#cache.shutdown();
  }

  getDetailedMetrics(): FacadeMetrics {
    this.#refresh();
    return facadeMetrics(this.#stats(), {
      capabilities: this.#cache.capabilities,
      isStopped: this.#isStopped,
      callsSince: this.#callsSince,
    });
  }

  async rollbackTransaction(operations: readonly TransactionOperation<V>[]): Promise<boolean> {
    this.#checkOpen();
    const steps = this.#undoSteps(operations);
    if (steps.kind === 'refused') return false;
    for (const step of steps.value) {
      if (step.kind === 'put') {
        const { value, options } = step.write;
        await this.#call(() => this.#cache.set(step.key, value, options));
      } else {
        await this.#call(() => this.#cache.delete(step.key));
      }
    }
    return true;
  }

  transactionFault(operations: unknown): string | undefined {
    return faultOf(this.#undoSteps(operations));
  }

  healthCheck(): Promise<HealthReport> {
    return checkHealth({ probe: () => this.#probe(), figures: () => this.#healthFigures() });
  }

  async #probe(): Promise<string | undefined> {
    const key = systemProbeKey();
    if (await this.#call(() => this.#cache.has(key))) return 'an entry was there that nobody set';
    if (!hasRoom(await this.#freshStats(), this.#cache.capabilities)) return undefined;
    await this.#call(() => this.#cache.set(key, PROBE_VALUE as V, { ttl: PROBE_TTL }));
    const found = await this.#call(() => this.#cache.get(key));
    const wasThere = await this.#call(() => this.#cache.delete(key));
    return found === PROBE_VALUE && wasThere
      ? undefined
      : 'what was set could not be got and deleted';
  }

  async #healthFigures(): Promise<HealthFigures> {
    const stats = await this.#freshStats();
    const { capabilities } = this.#cache;
    return {
      size: stats.size,
      num_shards: 1,
      shard_sizes: [stats.size],
      cleanup_status: this.#isStopped ? 'stopped' : 'running',
      ttl_seconds: ttlSecondsOf(capabilities),
      hit_rate: stats.hitRate,
      bounds_compliant: isWithinBounds(stats, capabilities),
    };
  }

  async #freshStats(): Promise<CacheStats> {
    try {
      return this.#isStopped ? this.#known : await this.#cache.getStats();
    } catch {
      // The probe has told that the cache fails; or the next one will.
      return this.#lastStats();
    }
  }

  /** As `#stats`, and never throws. */
  #lastStats(): CacheStats {
    try {
      return this.#stats();
    } catch {
      // It was shut down by somebody else.
      return this.#known;
    }
  }

  #stats(): CacheStats {
    if (this.#isStopped || !hasStatsNow(this.#cache)) return this.#known;
    try {
      return this.#cache.statsNow();
    } catch (error) {
      throw oldErrorFor(error);
    }
  }

  #undoSteps(operations: unknown): Verdict<readonly UndoStep<Write<V>>[]> {
    return undoSteps<Write<V>>(operations, {
      keyOf: (key) => {
        const name = canonicalKey(key);
        assertKey(name);
        return name;
      },
      prepare: ({ value, ttlSeconds }) => {
        assertValue(value);
        return { value: value as V, options: lifetimeOf(ttlSeconds) };
      },
    });
  }

  #checkOpen(): void {
    if (this.#isStopped) throw cannotStartAgain();
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    let result: T;
    try {
      result = await call();
    } catch (error) {
      throw oldErrorFor(error);
    }
    this.#ended();
    return result;
  }

  #ended(): void {
    if (!hasStatsNow(this.#cache)) this.#callsSince += 1;
  }

  /** Asks a remote cache for its figures, where that was long ago. */
  #refresh(): void {
    const now = this.#clock.monotonic();
    if (this.#isStopped || this.#isAsking || hasStatsNow(this.#cache)) return;
    if (now - this.#askedAt < ASK_EVERY) return;
    this.#askedAt = now;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    const endedBefore = this.#callsSince;
    try {
      this.#known = await this.#cache.getStats();
      this.#callsSince -= endedBefore;
    } catch {
      // That the figures are old shows in calls_since.
    } finally {
      this.#isAsking = false;
    }
  }
}

function lifetimeOf(ttlSeconds: unknown): SetOptions {
  return ttlSeconds === undefined ? {} : { ttl: milliseconds(ttlSeconds) };
}
