/** A live entry. */
export interface Hit<V> {
  readonly kind: 'hit';
  readonly value: V;
  /** Milliseconds since the epoch; `Infinity` for an entry that never expires; left out where the cache cannot tell. */
  readonly expiresAt?: number;
}

/** No live entry. */
export interface Miss {
  readonly kind: 'miss';
}

/** What a cache knows of a key. The value can only be reached once `kind` was checked. */
export type Lookup<V> = Hit<V> | Miss;

/** The one miss: it has no parts that could differ. */
export const MISS: Miss = Object.freeze({ kind: 'miss' });
