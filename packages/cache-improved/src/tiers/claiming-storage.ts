import type { LeasedLookup } from '@resync/cache-contract';
import type { CacheStorage } from '../cache-storage.js';

/** A hit, a miss with the lease of the only one who fills it, or a miss that somebody else fills now. */
export type ClaimedLookup<V> = LeasedLookup<V> | { readonly kind: 'claimed' };

type Full<V> = Required<Omit<CacheStorage<V>, 'bytes' | 'removeExpired' | 'observeRemovals'>>;

/** A shared storage that offers everything, and grants leases to one at a time where it is asked to. */
export interface ClaimingStorage<V> extends Full<V> {
  lookupOrLease(key: string): Promise<LeasedLookup<V>>;
  /** As `lookupOrLease`, without a lease while another one holds. */
  lookupOrClaim(key: string): Promise<ClaimedLookup<V>>;
}
