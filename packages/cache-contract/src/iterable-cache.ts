import type { Cache } from './cache.js';

/** A live entry with its key. */
export interface CacheEntry<V> {
  readonly key: string;
  readonly value: V;
  /** Milliseconds since the epoch; `Infinity` for an entry that never expires; left out where the cache cannot tell. */
  readonly expiresAt?: number;
}

/** A cache whose entries can be walked through, for instance to copy them. */
export interface IterableCache<V = unknown> extends Cache<V> {
  /**
   * The live entries, each at most once, in no promised order; neither counts nor prolongs them. The
   * cache may change meanwhile: an entry that is there all the time is among them, one that comes or
   * goes may be.
   */
  entries(): AsyncIterable<CacheEntry<V>>;
}

/** Whether the cache declares `entries`. */
export function hasEntries<V>(cache: Cache<V>): cache is IterableCache<V> {
  return cache.capabilities.entries === true;
}
