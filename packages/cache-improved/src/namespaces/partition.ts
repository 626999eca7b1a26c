import type { CacheEntry, Lookup } from '@resync/cache-contract';
import type { Awaitable, CacheStorage, Removal, StorageTraits } from '../cache-storage.js';
import type { Lifetime } from '../lifetime.js';

/** No key has it, so that the keys of a part and those beside it never meet. */
export const PREFIX_MARK = '\0';

/** A storage in the process that can do all that its parts need. */
export type PartitionableStorage<V> = CacheStorage<V> &
  Required<Pick<CacheStorage<V>, 'add' | 'entries' | 'observeRemovals' | 'removeExpired'>>;

/** Part of a storage in the process: the entries whose key begins with a prefix, without that. */
export class Partition<V> implements CacheStorage<V> {
  protected readonly whole: PartitionableStorage<V>;
  /** Of the live entries, and of the expired ones that nobody has removed. */
  protected readonly keys = new Set<string>();
  readonly #prefix: string;
  #listener: (removal: Removal<V>) => void = () => undefined;
  #isClearing = false;

  /** @param prefix no key of the whole begins with it otherwise */
  constructor(whole: PartitionableStorage<V>, prefix: string) {
    this.whole = whole;
    this.#prefix = prefix;
  }

  get traits(): StorageTraits {
    return this.whole.traits;
  }

  get(key: string): Awaitable<NoInfer<V> | undefined> {
    return this.whole.get(this.#prefix + key);
  }

  lookup(key: string): Awaitable<Lookup<V>> {
    return this.whole.lookup(this.#prefix + key);
  }

  has(key: string): Awaitable<boolean> {
    return this.whole.has(this.#prefix + key);
  }

  set(key: string, value: V, lifetime: Lifetime): void {
    void this.whole.set(this.#prefix + key, value, lifetime);
    if (lifetime.ttl > 0) this.keys.add(key);
  }

  add(key: string, value: V, lifetime: Lifetime): boolean {
    if (this.whole.add(this.#prefix + key, value, lifetime) !== true) return false;
    if (lifetime.ttl > 0) this.keys.add(key);
    return true;
  }

  check(key: string, value: V): void {
    this.whole.check?.(this.#prefix + key, value);
  }

  delete(key: string): Awaitable<boolean> {
    return this.whole.delete(this.#prefix + key);
  }

  clear(): void {
    this.#isClearing = true;
    try {
      for (const key of [...this.keys]) void this.whole.delete(this.#prefix + key);
    } finally {
      this.#isClearing = false;
    }
  }

  size(): number {
    this.removeExpired();
    return this.keys.size;
  }

  getKeys(): string[] {
    this.removeExpired();
    return [...this.keys];
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    for await (const entry of this.whole.entries()) {
      if (this.owns(entry.key)) yield { ...entry, key: entry.key.slice(this.#prefix.length) };
    }
  }

  /** Of the whole: what is expired is no longer counted in any part. */
  removeExpired(most?: number): boolean {
    return this.whole.removeExpired(most);
  }

  observeRemovals(listener: (removal: Removal<V>) => void): void {
    this.#listener = listener;
  }

  /** An entry of this part is gone, told with its key in the whole. */
  removed({ key, value, reason }: Removal<V>): void {
    const own = key.slice(this.#prefix.length);
    this.keys.delete(own);
    this.#listener({ key: own, value, reason: this.#isClearing ? 'clear' : reason });
  }

  /** The whole goes on. */
  close(): Awaitable<void> {
    this.clear();
  }

  protected owns(key: string): boolean {
    return key.startsWith(this.#prefix);
  }
}
