import type { Cache } from './cache.js';
import type { Hit } from './lookup.js';

declare const lease: unique symbol;

/**
 * The right to fill one key with what is loaded now. It is lost to any write of the key, any clear
 * and any other fill since, and is never given out twice.
 */
export type Lease = string & { readonly [lease]: true };

/** A hit, or a miss with the lease to fill it; without one while a write of the key is under way. */
export type LeasedLookup<V> = Hit<V> | { readonly kind: 'miss'; readonly lease?: Lease };

/** What a fill needs beside the key and the value. */
export interface FillOptions {
  readonly lease: Lease;
  /** When the entry ends, in milliseconds since the epoch; `Infinity`: never. Left out: the default lifetime from now. */
  readonly expiresAt?: number;
}

/**
 * A cache that can be filled without overwriting anything newer: the load-aside rule of "Scaling
 * Memcache at Facebook" (NSDI 2013), section 3.2.1.
 */
export interface LeasingCache<V = unknown> extends Cache<V> {
  /** As `lookup`; take the lease of a miss before you load the value. */
  lookupOrLease(key: string): Promise<LeasedLookup<V>>;

  /** Stores a loaded value if its lease still holds; false when it was lost and nothing was stored. */
  fill(key: string, value: V, options: FillOptions): Promise<boolean>;
}

/** Whether the cache declares leases. */
export function hasLeases<V>(cache: Cache<V>): cache is LeasingCache<V> {
  return cache.capabilities.leases === true;
}
