import type { Cache } from '@resync/cache-contract';
import { ReferenceCache, type ManualClock } from '@resync/cache-contract/testing';

/** The two caches of one process. */
export interface CachePair {
  readonly legacy: Cache;
  readonly next: Cache;
}

/**
 * What a trial takes place in. Called once for a trial; what it returns is called once for every
 * process in it.
 */
export type Surroundings = (clock: ManualClock) => () => CachePair;

const HOUR = 3_600_000;

/** Lifetime of entries that are set without one, on both sides, in milliseconds. */
export const DEFAULT_TTL = HOUR;

/** Two caches that do the same, each in the memory of its process. */
export const alike: Surroundings = (clock) => () => ({
  legacy: new ReferenceCache({ clock, defaultTtl: DEFAULT_TTL }),
  next: new ReferenceCache({ clock, defaultTtl: DEFAULT_TTL }),
});
