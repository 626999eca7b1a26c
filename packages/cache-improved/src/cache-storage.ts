import type { CacheEntry, Lease, LeasedLookup, Lookup } from '@resync/cache-contract';
import type { Lifetime } from './lifetime.js';

/** A storage in memory answers at once, one behind a network with a promise. */
export type Awaitable<T> = T | Promise<T>;

/** Why an entry is gone: to make room, its time was over, or a caller removed or replaced it. */
export type RemovalReason = 'evict' | 'expire' | 'delete' | 'set' | 'clear';

/** An entry that is gone. */
export interface Removal<V> {
  readonly key: string;
  readonly value: V;
  readonly reason: RemovalReason;
}

/** What a storage is like. */
export interface StorageTraits {
  /** Several processes see the same entries. */
  readonly shared: boolean;
  /** Every call answers at once. */
  readonly local: boolean;
  /** `sliding`: `lookup` starts the lifetime of what it finds anew. */
  readonly expiry: 'absolute' | 'sliding';
  /** The most live entries; left out where nothing here bounds them. */
  readonly maxEntries?: number;
  /** The most that the entries may weigh, in bytes; left out where nothing here bounds it. */
  readonly maxBytes?: number;
}

/** One entry of `setMany`. */
export interface StorageEntry<V> {
  readonly key: string;
  readonly value: V;
  readonly lifetime: Lifetime;
}

/**
 * Where the entries of a cache are. Keys and lifetimes are checked before they come here; an expired
 * entry never leaves.
 */
export interface CacheStorage<V> {
  readonly traits: StorageTraits;
  /** As `lookup`, without the moment of its end. */
  get(key: string): Awaitable<NoInfer<V> | undefined>;
  lookup(key: string): Awaitable<Lookup<V>>;
  /** Whether a live entry is there; prolongs nothing. */
  has(key: string): Awaitable<boolean>;
  /** @throws CacheError `TOO_LARGE` or `INVALID_VALUE`; the old entry stays */
  set(key: string, value: V, lifetime: Lifetime): Awaitable<void>;
  /** True when a live entry was there. */
  delete(key: string): Awaitable<boolean>;
  clear(): Awaitable<void>;
  /** Live entries. */
  size(): Awaitable<number>;
  /** Keys of the live entries. */
  getKeys(): Awaitable<string[]>;
  /** What the entries weigh, in bytes; `undefined` where nobody weighs them. */
  bytes?(): number | undefined;
  /**
   * Removes what is expired, where `most` is given not many more than these, and tells whether there may
   * be more; left out where the storage does so by itself.
   */
  removeExpired?(most?: number): boolean;
  /** Other bounds from now on; left out where nothing here bounds the entries. */
  resize?(bounds: { readonly maxEntries?: number; readonly maxBytes?: number }): void;
  /** Tells of each entry that is gone, once it is; left out where the storage cannot tell. */
  observeRemovals?(listener: (removal: Removal<V>) => void): void;
  /**
   * Refuses what `set` would refuse, and changes nothing; left out where only the attempt tells.
   *
   * @throws CacheError `TOO_LARGE` or `INVALID_VALUE`
   */
  check?(key: string, value: V): void;
  /** Stores the value unless a live entry is there; left out where the storage cannot do that in one step. */
  add?(key: string, value: V, lifetime: Lifetime): Awaitable<boolean>;
  /** As `lookup`, in the order of the keys; the three for many keys are all there or none. */
  lookupMany?(keys: readonly string[]): Awaitable<readonly Lookup<V>[]>;
  /** Of a key that comes twice the later one stays. */
  setMany?(entries: readonly StorageEntry<V>[]): Awaitable<void>;
  /** How many live entries were removed. */
  deleteMany?(keys: readonly string[]): Awaitable<number>;
  /** The live entries, see `IterableCache`; left out where they cannot be walked through. */
  entries?(): Iterable<CacheEntry<V>> | AsyncIterable<CacheEntry<V>>;
  /** See `LeasingCache`; both or none, and none where the cache itself keeps the leases. */
  lookupOrLease?(key: string): Awaitable<LeasedLookup<V>>;
  /** False when the lease was lost and nothing was stored. */
  fill?(key: string, value: V, lifetime: Lifetime, lease: Lease): Awaitable<boolean>;
  /** Gives a lease back that nobody will fill with; others may then load. Left out where nobody waits for it. */
  release?(key: string, lease: Lease): Awaitable<void>;
  /** Whether both leases of a key end together; left out where the storage cannot tell. */
  isOneRight?(one: Lease, other: Lease): boolean;
  /** Takes up again what `close` has let go of; left out where there is nothing. */
  open?(): Awaitable<void>;
  /** Lets go of what the storage holds in this process. */
  close(): Awaitable<void>;
}
