import type { MigrationState, SideName } from '../stages/stage.js';

/** Why legacy was asked in place of next. */
export type FallbackReason = 'miss' | 'error' | 'timeout' | 'shed' | 'dirty' | 'cold';

/** How a call to a side went wrong. */
export type FailureKind = 'error' | 'timeout' | 'shed';

/** The operations whose time is measured. */
export type Operation = 'get' | 'has' | 'set' | 'delete' | 'clear';

/** What a comparison in the background found; `inconclusive`: a write came in between. */
export type Verdict = 'match' | 'value' | 'absent' | 'expiry' | 'error' | 'inconclusive';

/** Bounds that can be reached; what happens then is safe, and worth knowing. */
export type Bound = 'dirty-keys' | 'unsettled' | 'background';

/**
 * Who wants to know what a migration does. Every part is optional, is called in passing, and must
 * return at once; what it throws is dropped.
 */
export interface MigrationObserver {
  /** A read was answered with a value. */
  readonly hit?: (side: SideName) => void;
  /** A read was answered with a miss; `none`: neither side may answer for the key. */
  readonly miss?: (side: SideName | 'none') => void;
  /** Legacy answered a read in place of next. */
  readonly fallback?: (reason: FallbackReason) => void;
  /** A call to a side went wrong, whether the caller noticed or not. */
  readonly failure?: (side: SideName, kind: FailureKind, error: unknown) => void;
  /** One of the sampled operations took so many milliseconds, as its caller saw it. */
  readonly latency?: (operation: Operation, ms: number) => void;
  /** A value of legacy was put into next. */
  readonly backfilled?: () => void;
  /** A sampled read was compared. */
  readonly compared?: (verdict: Verdict) => void;
  /** The number of keys that the side must not answer for has changed. */
  readonly dirtyKeys?: (side: SideName, count: number) => void;
  /** The side is distrusted as a whole, or trusted again. */
  readonly coldSide?: (side: SideName, isCold: 'cold' | 'warm', why: string) => void;
  /** A bound was hit. */
  readonly boundHit?: (side: SideName, bound: Bound) => void;
  /** The state has changed. */
  readonly stateChanged?: (change: StateChange) => void;
}

/** A change of the state. */
export interface StateChange {
  readonly component: string;
  readonly previous: MigrationState;
  readonly current: MigrationState;
  readonly why: string;
}

const METHODS = [
  'hit',
  'miss',
  'fallback',
  'failure',
  'latency',
  'backfilled',
  'compared',
  'dirtyKeys',
  'coldSide',
  'boundHit',
  'stateChanged',
] as const satisfies readonly (keyof MigrationObserver)[];

/** An observer with every part, none of which throws. */
export type GuardedObserver = Required<MigrationObserver>;

/** Several observers as one. A part that is missing does nothing, one that throws harms nobody. */
export function combineObservers(...observers: readonly MigrationObserver[]): GuardedObserver {
  return Object.fromEntries(
    METHODS.map((name) => [name, guarded(observers, name)]),
  ) as unknown as GuardedObserver;
}

function guarded(
  observers: readonly MigrationObserver[],
  name: keyof MigrationObserver,
): (...facts: readonly unknown[]) => void {
  return (...facts) => {
    for (const observer of observers) {
      try {
        const part = observer[name] as ((...facts: readonly unknown[]) => void) | undefined;
        part?.apply(observer, facts as unknown[]);
      } catch {
        // Whoever watches must not change what happens.
      }
    }
  };
}
