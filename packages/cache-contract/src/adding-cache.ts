import type { Cache, SetOptions } from './cache.js';

/** A cache that can store a value only where nothing is. */
export interface AddingCache<V = unknown> extends Cache<V> {
  /**
   * As `set`, unless a live entry is there, which then stays as it is. True when the value was stored;
   * of several calls at once for one key, one stores.
   */
  add(key: string, value: V, options?: SetOptions): Promise<boolean>;
}

/** Whether the cache declares `add`. */
export function hasAdd<V>(cache: Cache<V>): cache is AddingCache<V> {
  return cache.capabilities.add === true;
}
