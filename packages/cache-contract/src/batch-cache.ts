import type { Cache, SetOptions } from './cache.js';

/** One entry of `setMany`. */
export interface BatchEntry<V> extends SetOptions {
  readonly key: string;
  readonly value: V;
}

/** A cache that takes many keys in one call. A batch with one part that is refused is refused whole, before anything changes. */
export interface BatchCache<V = unknown> extends Cache<V> {
  /** The live entries among the keys; a key that is not in the map is a miss. Counts each key. */
  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>>;

  /** Stores every entry, of a key that comes twice the later one. */
  setMany(entries: readonly BatchEntry<V>[]): Promise<void>;

  /** How many live entries were removed. */
  deleteMany(keys: readonly string[]): Promise<number>;
}

/** Whether the cache declares `getMany`, `setMany` and `deleteMany`. */
export function hasMany<V>(cache: Cache<V>): cache is BatchCache<V> {
  return cache.capabilities.many === true;
}
