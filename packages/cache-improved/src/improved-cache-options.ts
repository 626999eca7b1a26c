import { CacheError, type BatchEntry, type Clock, type SetOptions } from '@resync/cache-contract';
import { wholeBound } from './cache-options.js';
import type { CacheStorage } from './cache-storage.js';
import type { LoadDefaults } from './loading/load-options.js';
import type { StaleBounds } from './loading/stale-values.js';
import { MemoryStorage, type MemoryStorageOptions } from './memory-storage.js';
import { keyWithoutPrefix } from './namespaces/partitions.js';
import type { RemovalListener } from './removals/removal-reports.js';

/** What the cache and each of its namespaces can be told. */
export interface NamespaceOptions<V> {
  /** Lifetime of an entry that is set without one, in milliseconds. Default one hour. */
  readonly defaultTtl?: number;
  /** How `getOrSet` loads where a call does not say it. */
  readonly loading?: LoadDefaults;
  /**
   * Told of each entry that is gone, with the reason, in a microtask after the operation. It may use
   * the cache; what it throws is dropped. Default: nobody is told.
   */
  readonly onRemoval?: RemovalListener<V>;
  /** The most values that are kept past their end for a `grace`. Default 10 000. */
  readonly maxStaleEntries?: number;
}

/** Options of `ImprovedAsyncCache`; those of the memory storage only without a `storage`. */
export interface ImprovedAsyncCacheOptions<V> extends MemoryStorageOptions<V>, NamespaceOptions<V> {
  /** Where the entries are. Default: in memory. */
  readonly storage?: CacheStorage<V>;
  /** Milliseconds between two removals of expired entries that nobody reads. Default one minute. */
  readonly cleanupInterval?: number;
  /**
   * By which share of itself a lifetime may be shortened at random, 0 to 1, so that what was written
   * together does not end together. Default 0.
   */
  readonly jitter?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Numbers from 0 up to 1. Default: the machine's. */
  readonly random?: () => number;
}

/** How one entry is written. */
export interface EntryOptions extends SetOptions {
  /** At most 100, each what a key may be; only where the storage tells of removals. */
  readonly tags?: readonly string[];
}

/** One entry of `setMany`, with its tags. */
export type TaggedBatchEntry<V> = BatchEntry<V> & EntryOptions;

const OF_MEMORY_ONLY = ['maxEntries', 'maxBytes', 'sizeOf', 'policy', 'expiry'] as const;
const MAX_STALE_ENTRIES = 10_000;

/** The storage of a cache: the one that it is given, or one in memory. */
export function storageOf<V>(options: ImprovedAsyncCacheOptions<V>): CacheStorage<V> {
  if (options.storage === undefined) {
    const { sizeOf } = options;
    if (sizeOf === undefined) return new MemoryStorage(options);
    const weigh = (value: V, key: string): number => sizeOf(value, keyWithoutPrefix(key));
    return new MemoryStorage({ ...options, sizeOf: weigh });
  }
  const misplaced = OF_MEMORY_ONLY.filter((name) => options[name] !== undefined);
  if (misplaced.length > 0) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected ${misplaced.join(', ')} on the storage itself, which was given; got them on the cache`,
    );
  }
  return options.storage;
}

/** What may be kept past its end: a tenth of the bytes, where they are bounded. */
export function staleBoundsOf<V>(options: ImprovedAsyncCacheOptions<V>): StaleBounds<V> {
  const { maxBytes, sizeOf } = options;
  return {
    maxEntries: wholeBound('maxStaleEntries', options.maxStaleEntries ?? MAX_STALE_ENTRIES),
    ...(maxBytes !== undefined && { maxBytes: Math.ceil(maxBytes / 10) }),
    ...(sizeOf !== undefined && { sizeOf }),
  };
}
