/**
 * Reads of one key from both sides each, in columns. Both reads of a pair begin at about the same
 * moment and in random order, in the background, so that which side a caller was served by, how slow
 * the key is by nature, and what the load does, are the same for both.
 */
export interface Pairs {
  /** Which of the {@link BUCKETS} the hash of the key falls into. */
  readonly bucket: ArrayLike<number>;
  /** Milliseconds. */
  readonly legacyMs: ArrayLike<number>;
  readonly nextMs: ArrayLike<number>;
  /** Who had a value: {@link LEGACY_HIT} + {@link NEXT_HIT}. */
  readonly hits: ArrayLike<number>;
}

/** Keys are put together into so many buckets, so that none of them can outvote the others. */
export const BUCKETS = 64;

export const LEGACY_HIT = 1;
export const NEXT_HIT = 2;
export const BOTH_HIT = LEGACY_HIT + NEXT_HIT;

/** How many, among how many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/** What was seen of one component in one window, in one process or in all of a fleet. Plain data. */
export interface Observation {
  readonly pairs: Pairs;
  /** Calls of next that went wrong (error, timeout, shed), among those that were made. */
  readonly errors: Share;
  /** Reads that legacy answered because next failed or was not asked; a next that missed is none. */
  readonly fallbacks: Share;
  /** Comparisons that differ, among those that came to a conclusion. */
  readonly mismatches: Share;
  readonly health: 'passing' | 'failing' | 'unknown';
  readonly memory: 'within' | 'over' | 'unknown';
}

const NONE: Share = { count: 0, of: 0 };

/** Nothing was seen. */
export const NOTHING_SEEN: Observation = {
  pairs: { bucket: [], legacyMs: [], nextMs: [], hits: [] },
  errors: NONE,
  fallbacks: NONE,
  mismatches: NONE,
  health: 'unknown',
  memory: 'unknown',
};

/** What several processes saw, as one: the worst of health and memory counts. */
export function mergeObservations(all: readonly Observation[]): Observation {
  const column = (name: keyof Pairs): number[] =>
    all.flatMap(({ pairs }) => Array.from(pairs[name]));
  const sum = (name: 'errors' | 'fallbacks' | 'mismatches'): Share => ({
    count: all.reduce((total, seen) => total + seen[name].count, 0),
    of: all.reduce((total, seen) => total + seen[name].of, 0),
  });
  const worst = <T extends string>(states: readonly T[], order: readonly T[]): T | undefined =>
    order.find((state) => states.includes(state));
  return {
    pairs: {
      bucket: column('bucket'),
      legacyMs: column('legacyMs'),
      nextMs: column('nextMs'),
      hits: column('hits'),
    },
    errors: sum('errors'),
    fallbacks: sum('fallbacks'),
    mismatches: sum('mismatches'),
    health:
      worst(
        all.map(({ health }) => health),
        ['failing', 'passing'],
      ) ?? 'unknown',
    memory:
      worst(
        all.map(({ memory }) => memory),
        ['over', 'within'],
      ) ?? 'unknown',
  };
}
