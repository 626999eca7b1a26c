import type { CacheEntry, Lookup } from '@resync/cache-contract';
import type { CacheStorage, Removal, StorageTraits } from './cache-storage.js';
import type { Lifetime } from './lifetime.js';
import type { MemoryBounds, MemoryStoreOptions } from './memory-store-options.js';
import { MemoryStore } from './memory-store.js';

/** What a storage in memory can be told; lifetimes come with each entry. */
export type MemoryStorageOptions<V> = Omit<MemoryStoreOptions<V>, 'ttl' | 'onRemoval'>;

/** A {@link MemoryStore} as the storage of a cache. */
export class MemoryStorage<V = unknown> implements CacheStorage<V> {
  readonly #store: MemoryStore<V>;
  #listener: (removal: Removal<V>) => void = () => undefined;

  constructor(options: MemoryStorageOptions<V> = {}) {
    this.#store = new MemoryStore({ ...options, onRemoval: (removal) => this.#listener(removal) });
  }

  get traits(): StorageTraits {
    const { expiry, maxEntries, maxBytes } = this.#store;
    return {
      shared: false,
      local: true,
      expiry,
      maxEntries,
      ...(maxBytes !== Infinity && { maxBytes }),
    };
  }

  get(key: string): NoInfer<V> | undefined {
    return this.#store.get(key);
  }

  lookup(key: string): Lookup<V> {
    return this.#store.lookup(key);
  }

  has(key: string): boolean {
    return this.#store.has(key);
  }

  set(key: string, value: V, lifetime: Lifetime): void {
    this.#store.put(key, value, lifetime);
  }

  check(key: string, value: V): void {
    this.#store.check(key, value);
  }

  add(key: string, value: V, lifetime: Lifetime): boolean {
    if (this.#store.has(key)) return false;
    this.#store.put(key, value, lifetime);
    return true;
  }

  delete(key: string): boolean {
    return this.#store.delete(key);
  }

  clear(): void {
    this.#store.clear();
  }

  size(): number {
    return this.#store.size;
  }

  getKeys(): string[] {
    return [...this.#store.keys()];
  }

  entries(): Iterable<CacheEntry<V>> {
    return this.#store.entries();
  }

  resize(bounds: MemoryBounds): void {
    this.#store.resize(bounds);
  }

  bytes(): number | undefined {
    return this.#store.bytes;
  }

  removeExpired(most?: number): boolean {
    return this.#store.removeExpired(most);
  }

  observeRemovals(listener: (removal: Removal<V>) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#store.clear();
  }
}
