import type { Cache } from '../cache.js';
import type { CacheCapabilities } from '../cache-capabilities.js';

/** The parts of the contract, one file each in `facets/`. */
export type Facet =
  | 'read and write'
  | 'keys'
  | 'values'
  | 'lifetimes'
  | 'absolute expiry'
  | 'sliding expiry'
  | 'clear'
  | 'statistics'
  | 'lifecycle'
  | 'concurrency'
  | 'leases';

/** What a case works on: a cache of its own, and time that it can move. */
export interface Subject {
  readonly cache: Cache;
  /** Moves the time of the cache, in milliseconds. */
  readonly advance: (ms: number) => Promise<void>;
}

/** Why a fact does not apply to caches with these capabilities; `undefined` where it does. */
export type Applicability = (capabilities: CacheCapabilities) => string | undefined;

/** One fact that holds for every cache, or for every one that declares what it needs. */
export interface ConformanceCase {
  readonly facet: Facet;
  readonly title: string;
  readonly notFor?: Applicability;
  /** The case shuts its cache down itself. */
  readonly endsShutDown?: true;
  readonly run: (subject: Subject) => Promise<void>;
}
