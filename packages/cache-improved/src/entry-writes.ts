import { assertValue, CacheError, type Clock, type Lease } from '@resync/cache-contract';
import { allOf } from './all-of.js';
import type { CacheMetrics } from './cache-metrics.js';
import type { Awaitable, CacheStorage } from './cache-storage.js';
import type { CacheTTLManager } from './cache-ttl-manager.js';
import type { EntryOptions } from './improved-cache-options.js';
import type { KeyRecords } from './key-records.js';
import { lifetimeFrom, type Lifetime } from './lifetime.js';
import { dropErrors } from './drop-errors.js';
import { NewEntry } from './new-entry.js';
import { checkedTags, UNTAGGED } from './tags/tags.js';

/** What writes are made of. */
export interface EntryWritesParts<V> {
  readonly storage: CacheStorage<V>;
  readonly clock: Clock;
  readonly ttl: CacheTTLManager;
  readonly metrics: CacheMetrics;
  readonly records: KeyRecords<V>;
}

/**
 * Every change of the entries of a cache: in the storage, in the statistics, and in what is remembered
 * of keys. Over a storage that takes time, a write counts from its call to its answer.
 */
export class EntryWrites<V> {
  /** Replaced by a part of itself when the cache gets namespaces. */
  storage: CacheStorage<V>;
  readonly #parts: EntryWritesParts<V>;
  readonly #isLocal: boolean;

  constructor(parts: EntryWritesParts<V>) {
    this.storage = parts.storage;
    this.#parts = parts;
    this.#isLocal = parts.storage.traits.local;
  }

  /** @throws CacheError `INVALID_VALUE`, `INVALID_TTL` or `INVALID_OPTION` */
  checked(key: string, value: V, options: EntryOptions | undefined): NewEntry<V> {
    assertValue(value);
    const tags = options?.tags === undefined ? UNTAGGED : this.checkedTags(options.tags);
    return new NewEntry(key, value, { tags, lifetime: this.#parts.ttl.lifetime(options?.ttl) });
  }

  /** @throws CacheError `INVALID_OPTION`, also over a storage that cannot tell which entries are gone */
  checkedTags(tags: readonly string[]): readonly string[] {
    if (this.storage.observeRemovals === undefined) {
      throw unsupported('tags: it does not tell of removals');
    }
    return checkedTags(tags);
  }

  set(entry: NewEntry<V>): Awaitable<void> {
    const { key, value, lifetime } = entry;
    if (!this.#isLocal) this.#parts.records.written(key);
    const stored = this.storage.set(key, value, lifetime);
    if (stored instanceof Promise) return stored.then(() => this.#wrote(entry));
    this.#wrote(entry);
  }

  /** Of a key that comes twice the later entry. Refuses all where one is refused. */
  async setMany(entries: readonly NewEntry<V>[]): Promise<void> {
    for (const { key, value } of entries) this.storage.check?.(key, value);
    const last = [...new Map(entries.map((entry) => [entry.key, entry])).values()];
    if (this.storage.setMany === undefined) {
      await allOf(last.map((entry) => this.set(entry)));
      return;
    }
    for (const { key } of last) this.#parts.records.written(key);
    await this.storage.setMany(last);
    for (const entry of last) this.#wrote(entry);
  }

  add(entry: NewEntry<V>): Awaitable<boolean> {
    if (!this.#isLocal) this.#parts.records.written(entry.key);
    return this.#added(entry, () => this.#wrote(entry));
  }

  /** As `add`, for an entry that is older than anything that began meanwhile. */
  restore(entry: NewEntry<V>): Awaitable<boolean> {
    return this.#added(entry, () => this.#count(entry));
  }

  delete(key: string): Awaitable<boolean> {
    if (!this.#isLocal) this.#parts.records.written(key);
    const deleted = this.storage.delete(key);
    if (!(deleted instanceof Promise)) return this.#deleted(key, { wasThere: deleted });
    return deleted.then((wasThere) => this.#deleted(key, { wasThere }));
  }

  /** How many live entries were removed. */
  async deleteMany(keys: readonly string[]): Promise<number> {
    const unique = [...new Set(keys)];
    const { metrics, records } = this.#parts;
    if (this.storage.deleteMany === undefined) {
      const removed = await allOf(unique.map((key) => this.delete(key)));
      return removed.filter(Boolean).length;
    }
    for (const key of unique) records.written(key);
    const removed = await this.storage.deleteMany(unique);
    for (const key of unique) records.written(key);
    for (let count = 0; count < removed; count += 1) metrics.deleted();
    return removed;
  }

  async clear(): Promise<void> {
    if (!this.#isLocal) this.#parts.records.cleared();
    const cleared = this.storage.clear();
    if (cleared instanceof Promise) await cleared;
    this.#parts.records.cleared();
  }

  /** Under a lease of the storage, where it grants them, or else of this cache; false when it was lost. */
  async fill(entry: NewEntry<V>, lease: Lease): Promise<boolean> {
    const { key, value, lifetime } = entry;
    if (this.storage.fill === undefined) {
      if (!this.#isLocal) throw unsupported('leases');
      if (!this.#parts.records.leases.honours(key, lease)) return false;
      await this.set(entry);
      return true;
    }
    const isStored = await this.storage.fill(key, value, lifetime, lease);
    if (isStored) this.#wrote(entry);
    return isStored;
  }

  /** What a load brought, whose local lease was redeemed just now. */
  storeLoaded(entry: NewEntry<V>, lease: Lease | undefined): Awaitable<boolean> {
    if (this.storage.fill !== undefined) return lease !== undefined && this.fill(entry, lease);
    const stored = this.set(entry);
    return stored instanceof Promise ? stored.then(() => true) : true;
  }

  /** For others to load; where it goes wrong they wait until the lease is over. */
  release(key: string, lease: Lease | undefined): void {
    const { storage } = this;
    if (lease === undefined || storage.release === undefined) return;
    dropErrors(() => storage.release?.(key, lease));
  }

  /**
   * The lifetime of an entry that ends then, in milliseconds since the epoch.
   *
   * @throws CacheError `INVALID_TTL`
   */
  until(expiresAt: number): Lifetime {
    const now = this.#parts.clock.now();
    return lifetimeFrom(now, Math.max(0, expiresAt - now));
  }

  /** How many live entries had the tag. */
  async deleteByTag(tag: string): Promise<number> {
    const { failures, tags, loaded, restores } = this.#parts.records;
    loaded.deleteByTag(tag);
    failures.forgetTag(tag);
    restores.tagDeleted(tag);
    return this.deleteMany(tags.keysOf(tag));
  }

  /** What a storage in the process has stored is recorded before anybody else has a turn. */
  #added({ key, value, lifetime }: NewEntry<V>, record: () => void): Awaitable<boolean> {
    if (this.storage.add === undefined) throw unsupported('add');
    const added = this.storage.add(key, value, lifetime);
    if (!(added instanceof Promise)) {
      if (added) record();
      return added;
    }
    return added.then((isStored) => {
      if (isStored) record();
      return isStored;
    });
  }

  #deleted(key: string, { wasThere }: { readonly wasThere: boolean }): boolean {
    this.#parts.records.written(key);
    if (wasThere) this.#parts.metrics.deleted();
    return wasThere;
  }

  #wrote(entry: NewEntry<V>): void {
    this.#parts.records.written(entry.key);
    this.#count(entry);
  }

  #count({ key, tags }: NewEntry<V>): void {
    const { metrics, records, ttl } = this.#parts;
    // Only of what is there will it be told that it is gone.
    if (this.#isLocal && tags !== UNTAGGED && this.storage.has(key) === true) {
      records.tags.add(key, tags);
    }
    metrics.set();
    ttl.startUnlessStopped();
  }
}

/** What was asked for and the storage cannot do. */
export function unsupported(what: string): CacheError {
  return new CacheError(
    'INVALID_OPTION',
    `expected a storage that can do it; this one has no ${what}`,
  );
}

/** What a cache that was shut down says. */
export function shutDown(): CacheError {
  return new CacheError('SHUT_DOWN', 'the cache was shut down');
}
