import { CacheError, hasEntries, hasMany, wholeTtl, type Cache } from '@resync/cache-contract';

/** One entry of {@link KeyvStore.setMany}. */
export interface KeyvStoreEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds; none: for ever. */
  readonly ttl?: number | undefined;
}

/**
 * A `Cache` as the store of a Keyv, and so of cache-manager and cacheable: `new Keyv({ store })`. Keyv
 * gives it text, keys with its namespace, and lifetimes in milliseconds, none for never.
 */
export class KeyvStore {
  /** For Keyv, which asks these before it offers `iterator`. */
  readonly opts: { readonly dialect: string; readonly url: string; [option: string]: unknown } = {
    dialect: 'redis',
    url: '',
  };
  /** Keyv writes its own namespace here. */
  namespace: string | undefined;
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async get(key: string): Promise<unknown> {
    return this.#cache.get(key);
  }

  async getMany(keys: readonly string[]): Promise<unknown[]> {
    if (!hasMany(this.#cache)) return Promise.all(keys.map((key) => this.#cache.get(key)));
    const found = await this.#cache.getMany(keys);
    return keys.map((key) => found.get(key));
  }

  /** @throws CacheError `INVALID_OPTION` for a key without the namespace: no clear would find it again */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    this.#assertInNamespace(key);
    await this.#cache.set(key, value, { ttl: storeTtl(ttl) });
    return true;
  }

  async setMany(entries: readonly KeyvStoreEntry[]): Promise<boolean[]> {
    for (const { key } of entries) this.#assertInNamespace(key);
    if (hasMany(this.#cache)) {
      await this.#cache.setMany(
        entries.map(({ key, value, ttl }) => ({ key, value, ttl: storeTtl(ttl) })),
      );
    } else {
      await Promise.all(entries.map(({ key, value, ttl }) => this.set(key, value, ttl)));
    }
    return entries.map(() => true);
  }

  async delete(key: string): Promise<boolean> {
    return this.#cache.delete(key);
  }

  /** True when every one of them was there. */
  async deleteMany(keys: readonly string[]): Promise<boolean> {
    if (hasMany(this.#cache)) return (await this.#cache.deleteMany(keys)) === keys.length;
    const deleted = await Promise.all(keys.map((key) => this.#cache.delete(key)));
    return deleted.every(Boolean);
  }

  async has(key: string): Promise<boolean> {
    return this.#cache.has(key);
  }

  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.#cache.has(key)));
  }

  /** Removes the entries of the namespace, one after the other; without one, every entry. */
  async clear(): Promise<void> {
    const prefix = prefixOf(this.namespace);
    if (prefix === '') {
      await this.#cache.clear();
      return;
    }
    const keys = await this.#cache.getKeys();
    await this.deleteMany(keys.filter((key) => key.startsWith(prefix)));
  }

  async *iterator(namespace?: string): AsyncIterableIterator<[string, unknown]> {
    const prefix = prefixOf(namespace);
    if (hasEntries(this.#cache)) {
      for await (const { key, value } of this.#cache.entries()) {
        if (key.startsWith(prefix)) yield [key, value];
      }
      return;
    }
    for (const key of await this.#cache.getKeys()) {
      if (!key.startsWith(prefix)) continue;
      const found = await this.#cache.lookup(key);
      if (found.kind === 'hit') yield [key, found.value];
    }
  }

  /** Nothing comes from here: what fails, rejects. */
  on(): this {
    return this;
  }

  /** The cache stays open: it is the caller's. */
  async disconnect(): Promise<void> {
    return undefined;
  }

  #assertInNamespace(key: string): void {
    if (key.startsWith(prefixOf(this.namespace))) return;
    throw new CacheError(
      'INVALID_OPTION',
      "expected a Keyv that puts its namespace before keys, or has namespace: ''; got one with useKeyPrefix: false",
    );
  }
}

/** A `Cache` as the store of a Keyv. */
export function keyvStore(cache: Cache): KeyvStore {
  return new KeyvStore(cache);
}

function storeTtl(ttl: number | undefined): number {
  return wholeTtl(ttl ?? Infinity);
}

function prefixOf(namespace: string | undefined): string {
  return namespace === undefined || namespace === '' ? '' : `${namespace}:`;
}
