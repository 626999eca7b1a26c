import type { CacheCapabilities } from './cache-capabilities.js';
import type { CacheStats } from './cache-stats.js';
import type { Lookup } from './lookup.js';

/** How one entry is written. */
export interface SetOptions {
  /**
   * Lifetime in milliseconds, a fraction is rounded up. Left out: the cache's default. `0`: the
   * entry expires at once. `Infinity`: never. Negative, `NaN` or finite over one year: refused.
   */
  readonly ttl?: number;
}

/**
 * The port behind which every cache of a migration stands.
 *
 * A cache may miss at any time. What it must not do is answer with a value that was overwritten,
 * deleted, cleared or is past its expiry.
 *
 * Keys are strings of 1 to 1000 UTF-16 code units, well-formed, without NUL, CR and LF. Any value
 * but `undefined` can be stored; `null`, `0`, `''`, `false` and `NaN` are values and hits. What is
 * refused, is refused with a {@link CacheError} before anything changes.
 */
export interface Cache<V = unknown> extends AsyncDisposable {
  /** What this cache can do beyond the port, declared as data. */
  readonly capabilities: CacheCapabilities;

  /** The value, or `undefined` on a miss. */
  get(key: string): Promise<V | undefined>;

  /** As `get`, with a result that cannot confuse a miss with a value, and the expiry. */
  lookup(key: string): Promise<Lookup<V>>;

  /** Stores the value. A refused overwrite leaves the old value in place. */
  set(key: string, value: V, options?: SetOptions): Promise<void>;

  /** Removes the entry; true when a live one was there. */
  delete(key: string): Promise<boolean>;

  /** Whether a live entry is there. Neither counts in the statistics nor prolongs the entry. */
  has(key: string): Promise<boolean>;

  /** Removes every entry. */
  clear(): Promise<void>;

  /** The number of live entries. */
  size(): Promise<number>;

  /** The keys of the live entries, in no promised order. */
  getKeys(): Promise<string[]>;

  /** Counts since the cache was made. */
  getStats(): Promise<CacheStats>;

  /** Ends timers and refuses further use with `SHUT_DOWN`. Calling it again does nothing. */
  shutdown(): Promise<void>;
}
