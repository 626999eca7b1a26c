import type { Lease, LeasedLookup } from '@resync/cache-contract';
import type { CacheStorage } from '../cache-storage.js';

/** A hit, a miss with the lease of the only one who fills it, or a miss that somebody else fills now. */
export type ClaimedLookup<V> = LeasedLookup<V> | { readonly kind: 'claimed' };

/** A shared storage that grants leases, to one at a time where it is asked to. */
export interface ClaimingStorage<V> extends CacheStorage<V> {
  lookupOrLease(key: string): Promise<LeasedLookup<V>>;
  /** As `lookupOrLease`, without a lease while another one holds. */
  lookupOrClaim(key: string): Promise<ClaimedLookup<V>>;
  fill(
    key: string,
    value: V,
    lifetime: { readonly ttl: number; readonly expiresAt: number },
    lease: Lease,
  ): Promise<boolean>;
}
