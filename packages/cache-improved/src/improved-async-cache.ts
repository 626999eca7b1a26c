import {
  assertKey,
  CacheError,
  MISS,
  systemClock,
  type AddingCache,
  type BatchCache,
  type CacheCapabilities,
  type CacheEntry,
  type CacheStats,
  type FillOptions,
  type IterableCache,
  type LeasedLookup,
  type LeasingCache,
  type LocalCache,
  type Lookup,
} from '@resync/cache-contract';
import { allOf } from './all-of.js';
import { capabilitiesOf } from './capabilities-of.js';
import { CacheMetrics } from './cache-metrics.js';
import type { CacheStorage } from './cache-storage.js';
import { CacheTTLManager } from './cache-ttl-manager.js';
import { EntryWrites, shutDown, unsupported } from './entry-writes.js';
import {
  staleBoundsOf,
  storageOf,
  type EntryOptions,
  type ImprovedAsyncCacheOptions,
  type NamespaceOptions,
  type TaggedBatchEntry,
} from './improved-cache-options.js';
import { KeyRecords } from './key-records.js';
import { composeLoading, type Loading } from './loading/compose-loading.js';
import type { BatchFactory, Factory } from './loading/load-context.js';
import type { LoadOptions } from './loading/load-options.js';
import type { LoadStats } from './loading/load-stats.js';
import type { MemoryBounds } from './memory-store-options.js';
import { Namespaces } from './namespaces/namespaces.js';
import { RemovalReports } from './removals/removal-reports.js';
import type {
  RestoreOptions,
  RestoreReport,
  SnapshotOptions,
} from './snapshot/restore-snapshot.js';
import type { SnapshotInput } from './snapshot/snapshot-lines.js';
import { Snapshots } from './snapshot/snapshots.js';
import { systemRandom } from './system-random.js';

type EveryCapability<V> = LeasingCache<V> &
  AddingCache<V> &
  IterableCache<V> &
  BatchCache<V> &
  LocalCache<V>;

const MINUTE = 60_000;

/**
 * The new cache: keys, values and lifetimes are checked here, and the rest is composed: a storage, a
 * {@link CacheTTLManager}, {@link CacheMetrics}, what is remembered of keys, and loading. What a storage
 * lacks is not declared among the `capabilities`, and refused with `INVALID_OPTION`.
 */
export class ImprovedAsyncCache<V = unknown> implements EveryCapability<V> {
  #storage: CacheStorage<V>;
  readonly #ttl: CacheTTLManager;
  readonly #metrics = new CacheMetrics();
  readonly #records: KeyRecords<V>;
  readonly #writes: EntryWrites<V>;
  readonly #loading: Loading<V>;
  readonly #snapshots: Snapshots<V>;
  readonly #namespaces: Namespaces<V, ImprovedAsyncCache<V>>;
  readonly #isLocal: boolean;
  #isShutDown = false;

  constructor(options: ImprovedAsyncCacheOptions<V> = {}) {
    const { clock = systemClock, random = systemRandom, onRemoval, loading = {} } = options;
    const { defaultTtl = 60 * MINUTE, cleanupInterval = MINUTE, jitter = 0 } = options;
    const storage = storageOf(options);
    const metrics = this.#metrics;
    const reports = onRemoval === undefined ? undefined : new RemovalReports(onRemoval);
    const staleBounds = staleBoundsOf(options);
    const records = new KeyRecords<V>({ clock, random, metrics, staleBounds, reports });
    this.#storage = storage;
    this.#isLocal = storage.traits.local;
    this.#records = records;
    this.#ttl = new CacheTTLManager({
      defaultTtl,
      cleanupInterval,
      jitter,
      clock,
      random,
      ...(storage.removeExpired && { removeExpired: (most: number) => this.#removeExpired(most) }),
    });
    this.#writes = new EntryWrites({ storage, clock, ttl: this.#ttl, metrics, records });
    this.#loading = composeLoading({
      clock,
      ttl: this.#ttl,
      metrics,
      records,
      writes: this.#writes,
      defaults: loading,
    });
    const checkOpen = (): void => this.#checkOpen();
    this.#snapshots = new Snapshots({ clock, records, writes: this.#writes, checkOpen });
    const inherited = { clock, random, defaultTtl, cleanupInterval, jitter, loading };
    this.#namespaces = new Namespaces({
      storage,
      makeView: (part, own) => new ImprovedAsyncCache({ ...inherited, ...own, storage: part }),
    });
    storage.observeRemovals?.((removal) =>
      (this.#namespaces.partitions ?? records).removed(removal),
    );
  }

  get capabilities(): CacheCapabilities {
    return capabilitiesOf(this.#storage, this.#ttl.defaultTtl);
  }

  /**
   * Other bounds from now on; what is left out stays. Entries over them are evicted at once.
   *
   * @throws CacheError `INVALID_OPTION`, also over a storage that is bounded elsewhere
   */
  resize(bounds: MemoryBounds): void {
    this.#checkOpen();
    if (this.#storage.resize === undefined) throw unsupported('resize');
    this.#storage.resize(bounds);
  }

  /** Starts the clean-ups, which the first set does too; opens the cache and its namespaces again after `shutdown`. */
  async initialize(): Promise<void> {
    await this.#storage.open?.();
    this.#isShutDown = false;
    this.#loading.loads.reopen();
    this.#ttl.start();
    for (const view of this.#namespaces.views) await view.initialize();
  }

  async get(key: string): Promise<V | undefined> {
    this.#checkUnlessFound(key);
    const found = this.#storage.get(key);
    const value = found instanceof Promise ? await found : found;
    if (value === undefined) {
      assertKey(key);
      this.#metrics.miss();
    } else this.#metrics.hit();
    return value;
  }

  async lookup(key: string): Promise<Lookup<V>> {
    this.#check(key);
    const found = this.#storage.lookup(key);
    return this.#counted(found instanceof Promise ? await found : found);
  }

  /** @throws CacheError also `INVALID_OPTION`, for tags over a storage that does not tell of removals */
  async set(key: string, value: V, options?: EntryOptions): Promise<void> {
    this.#check(key);
    const stored = this.#writes.set(this.#writes.checked(key, value, options));
    if (stored instanceof Promise) await stored;
  }

  /** @throws CacheError also `INVALID_OPTION`, over a storage that has no `add` */
  async add(key: string, value: V, options?: EntryOptions): Promise<boolean> {
    this.#check(key);
    return this.#writes.add(this.#writes.checked(key, value, options));
  }

  async delete(key: string): Promise<boolean> {
    this.#check(key);
    return this.#writes.delete(key);
  }

  async has(key: string): Promise<boolean> {
    this.#check(key);
    return this.#storage.has(key);
  }

  async clear(): Promise<void> {
    this.#checkOpen();
    return this.#writes.clear();
  }

  async size(): Promise<number> {
    this.#checkOpen();
    return this.#storage.size();
  }

  async getKeys(): Promise<string[]> {
    this.#checkOpen();
    return this.#storage.getKeys();
  }

  /** @throws CacheError also `INVALID_OPTION`, over a storage that cannot be walked through */
  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    this.#checkOpen();
    if (this.#storage.entries === undefined) throw unsupported('entries');
    for await (const entry of this.#storage.entries()) {
      yield entry;
      this.#checkOpen();
    }
    // One that was emptied by a shutdown ends early, and is not to be taken for the whole.
    this.#checkOpen();
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    this.#checkAll(keys);
    const lookups =
      this.#storage.lookupMany?.(keys) ?? allOf(keys.map((key) => this.#storage.lookup(key)));
    const found = lookups instanceof Promise ? await lookups : lookups;
    const hits = new Map<string, V>();
    for (const [index, key] of keys.entries()) {
      const lookup = this.#counted(found[index] ?? MISS);
      if (lookup.kind === 'hit') hits.set(key, lookup.value);
    }
    return hits;
  }

  async setMany(entries: readonly TaggedBatchEntry<V>[]): Promise<void> {
    this.#checkOpen();
    const checked = entries.map((entry) => {
      assertKey(entry.key);
      return this.#writes.checked(entry.key, entry.value, entry);
    });
    return this.#writes.setMany(checked);
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    this.#checkAll(keys);
    return this.#writes.deleteMany(keys);
  }

  /** @throws CacheError also `INVALID_OPTION`, over a storage elsewhere that grants no leases */
  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    this.#check(key);
    if (this.#storage.lookupOrLease !== undefined) {
      return this.#counted(await this.#storage.lookupOrLease(key));
    }
    const found = this.#storage.lookup(key);
    if (found instanceof Promise) throw unsupported('leases');
    this.#counted(found);
    return found.kind === 'hit' ? found : { kind: 'miss', lease: this.#records.leases.issue(key) };
  }

  /** @throws CacheError also `INVALID_OPTION`, over a storage elsewhere that grants no leases */
  async fill(key: string, value: V, { lease, expiresAt }: FillOptions): Promise<boolean> {
    this.#check(key);
    const entry = this.#writes.checked(key, value, undefined);
    if (expiresAt === undefined) return this.#writes.fill(entry, lease);
    return this.#writes.fill(entry.living(this.#writes.until(expiresAt)), lease);
  }

  /**
   * The value of the key, loaded where there is none: by one call of a factory for all who ask at
   * once. A set, delete or clear meanwhile wins; then the value is handed over and not stored.
   *
   * @throws what the factory threw, `LOAD_TIMEOUT`, the reason of the caller's signal, or `INVALID_OPTION`
   */
  async getOrSet(key: string, factory: Factory<V>, options?: LoadOptions): Promise<V> {
    const isPlain = options === undefined && !this.#loading.reads.refreshesEarly && this.#isLocal;
    this.#checkUnlessFound(key);
    const found = isPlain ? this.#storage.get(key) : undefined;
    if (found !== undefined && !(found instanceof Promise)) {
      this.#metrics.hit();
      return found;
    }
    assertKey(key);
    if (isPlain && found === undefined) return this.#loading.reads.loadMissing(key, factory);
    if (options?.tags !== undefined) this.#writes.checkedTags(options.tags);
    return this.#loading.reads.getOrSet(key, factory, options);
  }

  /**
   * As `getOrSet`, with one call of the factory for all keys that are neither there nor being loaded.
   * A key that the factory leaves out is not in the map. Rejects where the load of any key failed.
   */
  async getOrSetMany(
    keys: readonly string[],
    factory: BatchFactory<V>,
    options?: LoadOptions,
  ): Promise<ReadonlyMap<string, V>> {
    this.#checkAll(keys);
    if (options?.tags !== undefined) this.#writes.checkedTags(options.tags);
    return this.#loading.reads.getOrSetMany(keys, factory, options);
  }

  /** Deletes the entries that have the tag; how many. Loads under way that would have it are not stored. */
  async deleteByTag(tag: string): Promise<number> {
    this.#checkOpen();
    this.#writes.checkedTags([tag]);
    this.#loading.loads.invalidateTag(tag);
    return this.#writes.deleteByTag(tag);
  }

  /**
   * A cache of its own within this one: its keys, statistics, tags and `clear` are its own, and the
   * bounds are shared. The same name gives the same one, and options count the first time. Its
   * `shutdown` removes its entries and leaves this cache open; that of this cache ends both.
   *
   * @throws CacheError `INVALID_OPTION` over a storage that is not in the process
   */
  namespace(name: string, options: NamespaceOptions<V> = {}): ImprovedAsyncCache<V> {
    this.#check(name);
    const view = this.#namespaces.open(name, options);
    const own = this.#namespaces.partitions?.own;
    if (own !== undefined && own !== this.#storage) {
      own.observeRemovals((removal) => this.#records.removed(removal));
      this.#storage = own;
      this.#writes.storage = own;
    }
    return view;
  }

  /**
   * The entries as bytes, to be written to a file or a stream; those of namespaces are not among them.
   * Nothing is read before it is asked for.
   */
  snapshot(options: SnapshotOptions<V> = {}): AsyncIterableIterator<Uint8Array> {
    return this.#snapshots.take(this.entries(), options);
  }

  /**
   * Stores what a snapshot has and is not over, each entry until its old end. What is there, or was
   * written or removed since the call, is newer and stays as it is.
   *
   * @throws CacheError `INVALID_SNAPSHOT` for one that is none, or is not whole
   */
  async restore(input: SnapshotInput, options: RestoreOptions<V> = {}): Promise<RestoreReport> {
    return this.#snapshots.restore(input, options);
  }

  async getStats(): Promise<CacheStats> {
    this.#checkOpen();
    return this.#statsWith(await this.#storage.size());
  }

  /** As `getStats`, at once; only over a storage in the process, see `capabilities.statsNow`. */
  statsNow(): CacheStats {
    this.#checkOpen();
    const size = this.#storage.size();
    if (size instanceof Promise) {
      throw new CacheError('INVALID_OPTION', 'expected a storage in the process; ask getStats()');
    }
    return this.#statsWith(size);
  }

  /** Counts of the loads of this cache. */
  getLoadStats(): LoadStats {
    this.#checkOpen();
    return this.#loading.loads.stats();
  }

  /** Ends the namespaces too. Calls that wait for a load reject with `SHUT_DOWN`. */
  async shutdown(): Promise<void> {
    if (this.#isShutDown) return;
    this.#isShutDown = true;
    this.#ttl.stop();
    for (const view of this.#namespaces.views) await view.shutdown();
    this.#loading.loads.end(shutDown());
    await this.#storage.close();
    this.#records.cleared();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #removeExpired(most: number): boolean {
    this.#records.loaded.removeExpired();
    return this.#storage.removeExpired?.(most) ?? false;
  }

  #counted<Found extends { readonly kind: Lookup<V>['kind'] }>(found: Found): Found {
    this.#metrics.answered(found.kind);
    return found;
  }

  #statsWith(size: number): CacheStats {
    const bytes = this.#storage.bytes?.();
    return this.#metrics.stats(bytes === undefined ? { size } : { size, bytes });
  }

  #check(key: string): void {
    this.#checkOpen();
    assertKey(key);
  }

  /** What a storage in the process has was checked when it was stored; what it has not is to be checked. */
  #checkUnlessFound(key: string): void {
    if (this.#isShutDown || !this.#isLocal || typeof key !== 'string') this.#check(key);
  }

  #checkAll(keys: readonly string[]): void {
    this.#checkOpen();
    for (const key of keys) assertKey(key);
  }

  #checkOpen(): void {
    if (this.#isShutDown) throw shutDown();
  }
}
