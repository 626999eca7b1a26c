import type { Normalisation } from './behaviour.js';

/**
 * What a cache can do beyond the port, or does differently. Declared by the cache, never guessed;
 * what is left out, it cannot do or does not know.
 */
export interface CacheCapabilities {
  /** `absolute`: an entry ends a fixed time after it was written. `sliding`: after it was last read. */
  readonly expiry: 'absolute' | 'sliding';
  /** Several processes see the same entries. */
  readonly shared: boolean;
  /** `lookupOrLease` and `fill` are there: see {@link LeasingCache}. */
  readonly leases?: boolean;
  /** `add` is there: see {@link AddingCache}. */
  readonly add?: boolean;
  /** `entries` is there: see {@link IterableCache}. */
  readonly entries?: boolean;
  /** `getMany`, `setMany` and `deleteMany` are there: see {@link BatchCache}. */
  readonly many?: boolean;
  /** `statsNow` is there: see {@link LocalCache}. */
  readonly statsNow?: boolean;
  /** The lifetime in milliseconds of an entry that was written without one. */
  readonly defaultTtl?: number;
  /** The longest lifetime in milliseconds; a longer one is cut to it. */
  readonly maxTtl?: number;
  /** The most live entries that the cache holds. */
  readonly maxEntries?: number;
  /** The most that its entries may weigh, in bytes. */
  readonly maxBytes?: number;
  /** Differences of the backend that an adapter hides, for the report of a preflight. */
  readonly normalises: readonly Normalisation[];
}
