import type { Fleet } from './fleet/fleet.js';
import { sharingOf, type Sharing } from './fleet/sharing.js';
import { systemClock, wholeTtl, type Cache, type Clock } from '@resync/cache-contract';
import { numbersOver, refuseOption } from './option-checks.js';
import type { MigrationObserver } from './observation/migration-observer.js';
import { resolveShadow, type ShadowOptions, type ShadowSettings } from './shadow-options.js';
import { systemRandom } from './system-random.js';

/** How long a migration waits, in milliseconds. */
export interface MigrationLimits {
  /** For an answer of legacy, in `live` and `rampdown`; elsewhere it has no limit. Default 1000. */
  readonly legacy: number;
  /**
   * For an answer of next, while it does not stand alone. `Infinity` for a cache in this process, which
   * cannot hang: its calls have no timer. Default 100.
   */
  readonly next: number;
  /**
   * For a side to be cleared; and where it has a limit, to list or count its entries or to tell its
   * statistics. Default 5000.
   */
  readonly clear: number;
  /** In a transition, for what began before it. What is later makes its side cold. Default 10 000. */
  readonly drain: number;
  /** In `shutdown`, for what is under way, then to leave a fleet, then for each cache. Default 5000. */
  readonly shutdown: number;
}

/** How much of what a migration keeps in mind; beyond it, it does what is safe. */
export interface MigrationBounds {
  /** Keys that one side has not confirmed; beyond, the side is cold. Default 10 000. */
  readonly dirtyKeys: number;
  /** Calls to one side that passed their limit unanswered; beyond, it is not asked. Default 256. */
  readonly unsettled: number;
  /** Writes and fills of next that nobody waits for; beyond, their keys are dirty. Default 1000. */
  readonly background: number;
  /** Leases that were granted and not used; beyond, the oldest is lost. Default 10 000. */
  readonly leases: number;
}

/** When a side counts as down, and when it is tried again. */
export interface BreakerOptions {
  /** Calls in a row that fail or are late. Default 5. */
  readonly failures: number;
  /** Milliseconds until it is tried whether the side answers; doubled each time that it does not. Default 500. */
  readonly pause: number;
  /** The longest of these pauses, in milliseconds. Default 5000. */
  readonly longestPause: number;
}

/**
 * What becomes of a write that a side has not confirmed, once the fleet knows that the side is cold.
 *
 * - `accept`: it ends as its stage says. Until the change has arrived in another process, at most as
 *   long as its membership lasts, that process may read what the side had before.
 * - `fail`: it fails until every process has acknowledged the cold, and no read anywhere is stale.
 */
export type UnconfirmedPolicy = 'accept' | 'fail';

/** Options of `CacheMigrationManager`. */
export interface CacheMigrationOptions<V> {
  /** Names the migration in events and metrics. */
  readonly component: string;
  /** The cache that is there. The manager takes it over: nobody else may write to it. */
  readonly legacy: Cache<V>;
  /** The cache that is to come. The same holds for it. */
  readonly next: Cache<V>;
  /**
   * Lifetime of an entry that is set without one, in milliseconds, on both sides alike. Default: what
   * legacy declares, else one hour.
   */
  readonly defaultTtl?: number;
  /** Declares that no other process uses a side that could be shared. Default: several may. */
  readonly soleProcess?: true;
  /** What holds the processes together that run this migration: they take each step together. Default: nothing does. */
  readonly fleet?: Fleet;
  /** What becomes of a write in `live` and `rampdown` that one of two shared sides did not confirm. Default `accept`. */
  readonly unconfirmed?: UnconfirmedPolicy;
  /** What is left out is as {@link MigrationLimits} says. */
  readonly limits?: Partial<MigrationLimits>;
  /** What is left out is as {@link MigrationBounds} says. */
  readonly bounds?: Partial<MigrationBounds>;
  /** What is left out is as {@link BreakerOptions} says. */
  readonly breaker?: Partial<BreakerOptions>;
  /** What is left out is as {@link ShadowOptions} says. */
  readonly shadow?: ShadowOptions<V>;
  /** One in so many operations is timed for the observer. Default 256. */
  readonly latencyEvery?: number;
  /** Told of what the migration does. Default: nobody is. */
  readonly observer?: MigrationObserver;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Numbers from 0 up to 1, for sampling. Default: the machine's. */
  readonly random?: () => number;
}

/** The options with everything decided. */
export interface MigrationSettings<V> {
  readonly component: string;
  readonly legacy: Cache<V>;
  readonly next: Cache<V>;
  readonly defaultTtl: number;
  /** The longest lifetime that both sides keep, in milliseconds, or `Infinity`. */
  readonly maxTtl: number;
  readonly isSoleProcess: boolean;
  readonly fleet: Fleet | undefined;
  readonly sharing: Sharing;
  readonly unconfirmed: UnconfirmedPolicy;
  readonly limits: MigrationLimits;
  readonly bounds: MigrationBounds;
  readonly breaker: BreakerOptions;
  readonly shadow: ShadowSettings<V>;
  readonly latencyEvery: number;
  readonly observer: MigrationObserver | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

const LIMITS: MigrationLimits = {
  legacy: 1000,
  next: 100,
  clear: 5000,
  drain: 10_000,
  shutdown: 5000,
};

const BOUNDS: MigrationBounds = {
  dirtyKeys: 10_000,
  unsettled: 256,
  background: 1000,
  leases: 10_000,
};

/** The defaults of a breaker. */
export const BREAKER: BreakerOptions = { failures: 5, pause: 500, longestPause: 5000 };

const HOUR = 3_600_000;

/** @throws MigrationError `INVALID_OPTION` */
export function resolveOptions<V>(options: CacheMigrationOptions<V>): MigrationSettings<V> {
  const { component, legacy, next } = options;
  if (typeof component !== 'string' || component === '')
    refuseOption('component', 'a name', component);
  assertCache('legacy', legacy);
  assertCache('next', next);
  if (legacy === (next as unknown)) refuseOption('next', 'another cache than legacy', next);
  return {
    component,
    legacy,
    next,
    defaultTtl: wholeTtl(options.defaultTtl ?? legacy.capabilities.defaultTtl ?? HOUR),
    maxTtl: Math.min(legacy.capabilities.maxTtl ?? Infinity, next.capabilities.maxTtl ?? Infinity),
    isSoleProcess: options.soleProcess ?? false,
    fleet: options.fleet,
    sharing: sharingOf(options),
    unconfirmed: options.unconfirmed ?? 'accept',
    limits: numbersOver(LIMITS, options.limits, 'limits'),
    bounds: numbersOver(BOUNDS, options.bounds, 'bounds'),
    breaker: numbersOver(BREAKER, options.breaker, 'breaker'),
    shadow: resolveShadow(options.shadow),
    latencyEvery: numbersOver({ latencyEvery: 256 }, options, 'options').latencyEvery,
    observer: options.observer,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

function assertCache(name: string, cache: unknown): void {
  const { capabilities, lookup } = (cache ?? {}) as Partial<Cache>;
  if (typeof capabilities === 'object' && typeof lookup === 'function') return;
  refuseOption(name, 'a Cache as in @resync/cache-contract (adapt what you have)', cache);
}
