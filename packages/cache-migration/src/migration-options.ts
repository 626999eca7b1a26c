import {
  describeValue,
  systemClock,
  wholeTtl,
  type Cache,
  type Clock,
} from '@resync/cache-contract';
import { MigrationError } from './migration-error.js';
import type { MigrationObserver } from './observation/migration-observer.js';
import { systemRandom } from './system-random.js';

/** How long a migration waits, in milliseconds. */
export interface MigrationLimits {
  /** For an answer of legacy, in `live` and `rampdown`; elsewhere it has no limit. Default 1000. */
  readonly legacy: number;
  /** For an answer of next, while it does not stand alone. Default 100. */
  readonly next: number;
  /** For a side to be cleared. Default 5000. */
  readonly clear: number;
  /** In a transition, for what began before it. What is later makes its side cold. Default 10 000. */
  readonly drain: number;
  /** In `shutdown`, for what is under way and for each cache. Default 5000. */
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
  /** Declares that no other process uses a side that could be shared. */
  readonly soleProcess?: true;
  readonly limits?: Partial<MigrationLimits>;
  readonly bounds?: Partial<MigrationBounds>;
  /** The share of reads that `shadow` compares, 0 to 1. Default 0.01. */
  readonly shadowRate?: number;
  /** One in so many operations is timed for the observer. Default 16. */
  readonly latencyEvery?: number;
  readonly observer?: MigrationObserver;
  readonly clock?: Clock;
  /** Numbers from 0 up to 1, for sampling. */
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
  readonly limits: MigrationLimits;
  readonly bounds: MigrationBounds;
  readonly shadowRate: number;
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

const HOUR = 3_600_000;

/** @throws MigrationError `INVALID_OPTION` */
export function resolveOptions<V>(options: CacheMigrationOptions<V>): MigrationSettings<V> {
  const { component, legacy, next } = options;
  if (typeof component !== 'string' || component === '') refuse('component', 'a name', component);
  assertCache('legacy', legacy);
  assertCache('next', next);
  if (legacy === (next as unknown)) refuse('next', 'another cache than legacy', next);
  const shadowRate = options.shadowRate ?? 0.01;
  if (!(shadowRate >= 0 && shadowRate <= 1))
    refuse('shadowRate', 'a share from 0 to 1', shadowRate);
  return {
    component,
    legacy,
    next,
    defaultTtl: wholeTtl(options.defaultTtl ?? legacy.capabilities.defaultTtl ?? HOUR),
    maxTtl: Math.min(legacy.capabilities.maxTtl ?? Infinity, next.capabilities.maxTtl ?? Infinity),
    isSoleProcess: options.soleProcess ?? false,
    limits: numbersOver(LIMITS, options.limits, 'limits'),
    bounds: numbersOver(BOUNDS, options.bounds, 'bounds'),
    shadowRate,
    latencyEvery: numbersOver({ latencyEvery: 16 }, options, 'options').latencyEvery,
    observer: options.observer,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

function assertCache(name: string, cache: unknown): void {
  const { capabilities, lookup } = (cache ?? {}) as Partial<Cache>;
  if (typeof capabilities === 'object' && typeof lookup === 'function') return;
  refuse(name, 'a Cache as in @resync/cache-contract (adapt what you have)', cache);
}

/** The defaults with what was given in their place; every one a number over 0. */
function numbersOver<T extends { readonly [Name in keyof T]: number }>(
  defaults: T,
  given: { readonly [Name in keyof T]?: unknown } = {},
  group: string,
): T {
  const entries = Object.entries(defaults).map(([name, fallback]) => {
    const value: unknown = given[name as keyof T] ?? fallback;
    if (typeof value !== 'number' || !(value > 0)) {
      refuse(`${group}.${name}`, 'a number over 0', value);
    }
    return [name, value];
  });
  return Object.fromEntries(entries) as T;
}

function refuse(name: string, expected: string, got: unknown): never {
  throw new MigrationError(
    'INVALID_OPTION',
    `expected ${name} to be ${expected}; got ${describeValue(got)}`,
  );
}
