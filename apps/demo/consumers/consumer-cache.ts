import type { Lookup, SetOptions } from '@resync/cache-contract';

/** What the consumers use of their cache: the part of `CacheMigrationManager` that they call. */
export interface ConsumerCache<V> {
  get(key: string): Promise<V | undefined>;
  lookup(key: string): Promise<Lookup<V>>;
  set(key: string, value: V, options?: SetOptions): Promise<void>;
  delete(key: string): Promise<boolean>;
  getOrSet(key: string, loader: () => Promise<V>, options?: SetOptions): Promise<V>;
  clear(): Promise<void>;
  size(): Promise<number>;
  getKeys(): Promise<string[]>;
}
