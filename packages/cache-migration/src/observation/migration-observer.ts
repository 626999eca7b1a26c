import type { MigrationState, SideName } from '../stages/stage.js';
import { dropRejection } from './drop-rejection.js';
import type { FailureKind, FallbackReason, MigrationCounts } from './migration-counts.js';
import type { Difference, Mismatch } from './mismatch.js';

/** The operations whose time is measured; those of a service are its methods. */
export type Operation = 'get' | 'has' | 'set' | 'delete' | 'clear' | (string & {});

/**
 * What a comparison in the background came to. `ignored`: a difference that is a known one.
 * `inconclusive`: a write came in between, or a side may not answer for the key.
 */
export type Verdict = 'match' | Difference | 'ignored' | 'inconclusive';

/** Bounds that can be reached; what happens then is safe, and worth knowing. */
export type Bound = 'dirty-keys' | 'unsettled' | 'background' | 'comparisons' | 'leases';

/**
 * Who wants to know what a migration does. Every part is optional, is called in passing, and must
 * return at once; what it throws, or rejects with, is dropped. What nobody wants to know costs nothing.
 */
export interface MigrationObserver {
  /** The migration was set up. Reads are too many to be told one by one: ask it for its counts. */
  readonly started?: (migration: ObservedMigration) => void;
  /** A read was answered with a value. Takes from reads that they go straight through: prefer the counts. */
  readonly hit?: (side: SideName) => void;
  /** A read was answered with a miss; `none`: neither side may answer for the key. As costly as `hit`. */
  readonly miss?: (side: SideName | 'none') => void;
  /** Legacy answered a read in place of next. */
  readonly fallback?: (reason: FallbackReason) => void;
  /**
   * A call to a side went wrong, whether the caller noticed or not. Of reads that go straight through,
   * in every stage but `live` and `rampdown`, only the timed ones are reported: their callers get the error.
   */
  readonly failure?: (side: SideName, kind: FailureKind, error: unknown) => void;
  /** One of the timed operations took so many milliseconds, as its caller saw it. */
  readonly latency?: (operation: Operation, ms: number) => void;
  /** A call to a side, made for one of the timed operations, took so many milliseconds. */
  readonly sideLatency?: (side: SideName, operation: Operation, ms: number) => void;
  /** A value of legacy was put into next. */
  readonly backfilled?: () => void;
  /** A sampled read was compared; with a redacted sample where the sides differ. */
  readonly compared?: (verdict: Verdict, sample?: Mismatch) => void;
  /** The number of keys that the side must not answer for has changed. */
  readonly dirtyKeys?: (side: SideName, count: number) => void;
  /** A dirty key was deleted on its side, and may be answered for again. */
  readonly repaired?: (side: SideName) => void;
  /** The side is distrusted as a whole, or trusted again. */
  readonly coldSide?: (side: SideName, isCold: 'cold' | 'warm', why: string) => void;
  /** The side is not called, or called again. */
  readonly breaker?: (side: SideName, state: 'open' | 'closed') => void;
  /** A bound was hit. */
  readonly boundHit?: (side: SideName, bound: Bound) => void;
  /** The state has changed. */
  readonly stateChanged?: (change: StateChange) => void;
}

/** What an observer may ask at any time. */
export interface ObservedMigration {
  readonly component: string;
  readonly state: MigrationState;
  /** What has happened since the start. */
  counts(): MigrationCounts;
}

/** A change of the state. */
export interface StateChange {
  readonly component: string;
  readonly previous: MigrationState;
  readonly current: MigrationState;
  readonly why: string;
}

const METHODS = [
  'started',
  'hit',
  'miss',
  'fallback',
  'failure',
  'latency',
  'sideLatency',
  'backfilled',
  'compared',
  'dirtyKeys',
  'repaired',
  'coldSide',
  'breaker',
  'boundHit',
  'stateChanged',
] as const satisfies readonly (keyof MigrationObserver)[];

/** An observer with every part, none of which throws. */
export type GuardedObserver = Required<MigrationObserver>;

/** Several observers as one, with the parts that any of them has. One that throws harms nobody. */
export function combineObservers(...observers: readonly MigrationObserver[]): MigrationObserver {
  const wanted = METHODS.filter((name) => observers.some((observer) => observer[name]));
  return Object.fromEntries(wanted.map((name) => [name, guarded(observers, name)]));
}

/** As `combineObservers`, where the parts that nobody has do nothing. */
export function guardObservers(...observers: readonly MigrationObserver[]): GuardedObserver {
  const nothing = Object.fromEntries(METHODS.map((name) => [name, () => undefined]));
  return { ...nothing, ...combineObservers(...observers) } as unknown as GuardedObserver;
}

function guarded(
  observers: readonly MigrationObserver[],
  name: keyof MigrationObserver,
): (...facts: readonly unknown[]) => void {
  return (...facts) => {
    for (const observer of observers) {
      try {
        const part = observer[name] as ((...facts: readonly unknown[]) => unknown) | undefined;
        dropRejection(part?.apply(observer, facts as unknown[]));
      } catch {
        // Whoever watches must not change what happens.
      }
    }
  };
}
