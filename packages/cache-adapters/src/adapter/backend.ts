import type {
  BatchEntry,
  CacheCapabilities,
  CacheEntry,
  CacheStats,
  Hit,
  Lease,
  LeasedLookup,
} from '@resync/cache-contract';

/** Somebody else's cache answers at once, or with a promise. */
export type Awaitable<T> = T | Promise<T>;

/** What the library is like, in the words of the contract; the rest follows from its calls. */
export type BackendTraits = Pick<
  CacheCapabilities,
  'expiry' | 'shared' | 'defaultTtl' | 'maxTtl' | 'maxEntries' | 'maxBytes' | 'normalises'
>;

/** What is known of the order of writes that nobody awaited. */
type WriteOrdering =
  /** Every call is done when it returns. */
  | 'at once'
  /** Calls are carried out in the order in which they are made. */
  | 'in order'
  /** Two calls for one key may overtake each other. */
  | 'none';

/** An entry whose key, value and lifetime were checked. */
export interface PreparedEntry<V> extends BatchEntry<V> {
  /** Whole milliseconds, `Infinity`, or 0; left out: the library's default. */
  readonly ttl?: number;
}

/**
 * The few calls of somebody else's cache that an adapter puts into the contract's terms. Keys, values
 * and lifetimes were checked before they come here; nothing that is over leaves.
 */
export interface Backend<V> {
  /** What messages call it. */
  readonly name: string;
  readonly traits: BackendTraits;
  readonly ordering: WriteOrdering;

  /** The live entry, as a read finds it: counted as use, and prolonged where expiry slides. */
  read(key: string): Awaitable<Hit<V> | undefined>;
  /** Whether a live entry is there; no use of it. */
  has(key: string): Awaitable<boolean>;
  /**
   * Stores a value.
   *
   * @param ttl whole milliseconds over 0, `Infinity`, or `undefined` where the traits name no default
   * @throws CacheError `INVALID_VALUE` or `TOO_LARGE`, with the old entry in place
   */
  write(key: string, value: V, ttl: number | undefined): Awaitable<void>;
  /** True when a live entry was there. */
  remove(key: string): Awaitable<boolean>;
  clear(): Awaitable<void>;
  /** The keys of the live entries. */
  keys(): Awaitable<readonly string[]>;
  /** What the library, or the adapter beneath, can tell of removals that nobody asked for. */
  removals?(): Pick<CacheStats, 'evictions' | 'expirations'>;
  /** What the entries weigh, in bytes, where the library weighs them. */
  bytes?(): number | undefined;
  /** Lets go of what the adapter holds. What the caller owns stays as it is. */
  close?(): Awaitable<void>;

  /** The live entries; no use of them. */
  entries?(): Iterable<CacheEntry<V>> | AsyncIterable<CacheEntry<V>>;
  /** In one step; left out where the adapter makes one of two, which is right only in the process. */
  add?(key: string, value: V, ttl: number | undefined): Awaitable<boolean>;
  /** Left out: leases are kept in this process, if entries are. */
  readonly leasing?: BackendLeases<V>;
  /** Left out: no batches. */
  readonly batches?: BackendBatches<V>;
}

/** Leases that the server keeps, so that they hold for all its clients. */
export interface BackendLeases<V> {
  lookupOrLease(key: string): Awaitable<LeasedLookup<V>>;
  /** @param entry its `ttl` is over 0 */
  fill(entry: PreparedEntry<V>, lease: Lease): Awaitable<boolean>;
}

/** Calls for many keys that are one call of the library. */
export interface BackendBatches<V> {
  readMany(keys: readonly string[]): Awaitable<ReadonlyMap<string, V>>;
  /** @param entries a `ttl` of 0 removes */
  writeMany(entries: readonly PreparedEntry<V>[]): Awaitable<void>;
  /** How many live entries were removed. */
  removeMany(keys: readonly string[]): Awaitable<number>;
}
