import type { Cache } from '../cache.js';
import type { CacheCapabilities } from '../cache-capabilities.js';
import type { Clock } from '../clock.js';

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
  | 'bounds'
  | 'leases'
  | 'add'
  | 'entries'
  | 'many';

/** The bounds that a case needs. */
export interface Bounds {
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}

/** What a cache is made for: the clock to follow, and the bounds to have if it can have any. */
export interface CacheContext extends Bounds {
  readonly clock: Clock;
}

/** What a case works on: a cache of its own, and time that it can move. */
export interface Subject {
  readonly cache: Cache;
  /** Moves the time of the cache, in milliseconds. */
  readonly advance: (ms: number) => Promise<void>;
  /** Makes another cache of the same kind, which the case shuts down itself. */
  readonly create: (context?: Partial<CacheContext>) => Promise<Cache>;
}

/** Why a fact does not apply to caches with these capabilities; `undefined` where it does. */
export type Applicability = (capabilities: CacheCapabilities) => string | undefined;

/** One fact that holds for every cache, or for every one that declares what it needs. */
export interface ConformanceCase {
  readonly facet: Facet;
  readonly title: string;
  /** Left out: it applies to every cache. */
  readonly notFor?: Applicability;
  /** What its cache is asked to be bounded by. */
  readonly bounds?: Bounds;
  /** The case shuts its cache down itself. */
  readonly endsShutDown?: true;
  readonly run: (subject: Subject) => Promise<void>;
}
