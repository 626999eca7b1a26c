import { LABEL_VALUES } from './metric-names.js';

/** Why an entry is gone. */
export type RemovalReason = (typeof LABEL_VALUES.removalReason)[number];

/** What a cache counts itself; `CacheStats` of the contract is one. */
export interface CacheFigures {
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  readonly deletes: number;
  readonly evictions: number;
  readonly expirations: number;
  readonly size: number;
  /** Left out where the cache weighs nothing. */
  readonly bytes?: number;
}

/** What a cache counts of its loads; `LoadStats` of `ImprovedAsyncCache` is one. */
export interface LoadFigures {
  /** Failed ones are among them. */
  readonly loads: number;
  readonly failures: number;
}

/** A cache that is asked for its own figures at each scrape. */
export interface ObservedCache {
  readonly component: string;
  /** The value of the label `cache`: the name of the side, or of the level. */
  readonly cache: string;
  /** Asked at each scrape, and answers at once. A cache that throws, after its shutdown, is left out. */
  readonly stats: () => CacheFigures;
  /** Left out: the cache loads nothing itself. */
  readonly loads?: () => LoadFigures;
  /** In place of what `stats` says of removals: more exact, and with those that were replaced. */
  readonly removals?: Readonly<Record<RemovalReason, number>>;
}

/** Counts removals, for the option `onRemoval` of `ImprovedAsyncCache` and for {@link ObservedCache}. */
export interface RemovalCounter {
  readonly removals: Readonly<Record<RemovalReason, number>>;
  readonly onRemoval: (removal: { readonly reason: RemovalReason }) => void;
}

export function countRemovals(): RemovalCounter {
  const removals = { evict: 0, expire: 0, delete: 0, set: 0, clear: 0 };
  return {
    removals,
    onRemoval: ({ reason }) => {
      removals[reason] += 1;
    },
  };
}

/** Removals by reason, as far as they are known. */
export function removalsOf({
  stats,
  removals,
}: Pick<ObservedCache, 'stats' | 'removals'>): Partial<Record<RemovalReason, number>> {
  if (removals !== undefined) return removals;
  const { evictions, expirations, deletes } = stats();
  return { evict: evictions, expire: expirations, delete: deletes };
}
