import type { LeasedLookup } from '@resync/cache-contract';
import type { CacheStorage } from '../cache-storage.js';

/** A hit, a miss with the lease of the only one who fills it, or a miss that somebody else fills now. */
export type ClaimedLookup<V> = LeasedLookup<V> | { readonly kind: 'claimed' };

/** What a shared storage may leave out, but has where it needs it. */
type Left = 'open' | 'release' | 'isOneRight';

type Full<V> = Required<
  Omit<CacheStorage<V>, 'bytes' | 'removeExpired' | 'observeRemovals' | 'check' | 'resize' | Left>
>;

/** A shared storage that offers everything, and grants leases to one at a time where it is asked to. */
export interface ClaimingStorage<V> extends Full<V>, Pick<CacheStorage<V>, Left> {
  lookupOrLease(key: string): Promise<LeasedLookup<V>>;
  /** As `lookupOrLease`, without a lease while another one holds. */
  lookupOrClaim(key: string): Promise<ClaimedLookup<V>>;
  /** Another process has cleared; left out where nothing is remembered that ends with a clear. */
  cleared?(): void;
}
