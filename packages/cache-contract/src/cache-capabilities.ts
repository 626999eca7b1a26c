/** What a cache can do beyond the port, or does differently. Declared by the cache, never guessed. */
export interface CacheCapabilities {
  /** `lookupOrLease` and `fill` are there: see {@link LeasingCache}. */
  readonly leases: boolean;
  /** `statsNow` is there: see {@link LocalCache}. */
  readonly statsNow: boolean;
  /** `absolute`: an entry ends a fixed time after it was written. `sliding`: after it was last read. */
  readonly expiry: 'absolute' | 'sliding';
  /** Several processes see the same entries. */
  readonly shared: boolean;
  /** The lifetime in milliseconds of an entry that was written without one. */
  readonly defaultTtl?: number;
  /** The longest lifetime in milliseconds; a longer one is cut to it. Left out: none. */
  readonly maxTtl?: number;
  /** Differences of the backend that an adapter hides, in words for a report. */
  readonly normalises: readonly string[];
}
