import type { Hit, Lease } from '@resync/cache-contract';

/** A key without a live entry. */
export interface MissedKey {
  readonly key: string;
  /** The local lease that was taken before a storage that takes time was asked. */
  readonly lease?: number | undefined;
  /** The lease of the storage, where it grants them and did. */
  readonly fillLease?: Lease | undefined;
}

/** One that somebody is about to load. */
export class LeasedKey implements MissedKey {
  readonly key: string;
  readonly lease: number;
  readonly fillLease: Lease | undefined;

  constructor({ key, fillLease }: MissedKey, lease: number) {
    this.key = key;
    this.lease = lease;
    this.fillLease = fillLease;
  }
}

/** What a read of one key found. */
export type Reading<V> =
  | { readonly kind: 'hit'; readonly key: string; readonly value: Hit<V>['value'] }
  | (MissedKey & { readonly kind: 'miss' });
