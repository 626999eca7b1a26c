import type { MigrationState, SideName } from './stage.js';

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
  hit?(side: SideName): void;
  /** A read was answered with a miss; `none`: neither side may answer for the key. */
  miss?(side: SideName | 'none'): void;
  /** Legacy answered a read in place of next. */
  fallback?(reason: FallbackReason): void;
  /** A call to a side went wrong, whether the caller noticed or not. */
  failure?(side: SideName, kind: FailureKind, error: unknown): void;
  /** One of the sampled operations took so many milliseconds, as its caller saw it. */
  latency?(operation: Operation, ms: number): void;
  /** A value of legacy was put into next. */
  backfilled?(): void;
  /** A sampled read was compared. */
  compared?(verdict: Verdict): void;
  /** The number of keys that the side must not answer for has changed. */
  dirtyKeys?(side: SideName, count: number): void;
  /** The side is distrusted as a whole, or trusted again. */
  coldSide?(side: SideName, isCold: 'cold' | 'warm', why: string): void;
  /** A bound was hit. */
  boundHit?(side: SideName, bound: Bound): void;
  /** The state has changed. */
  stateChanged?(change: StateChange): void;
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

/** Makes observers safe to call as one: a part that is missing does nothing, one that throws harms nobody. */
export function guardObservers(...observers: readonly MigrationObserver[]): GuardedObserver {
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
        part?.call(observer, ...facts);
      } catch {
        // Whoever watches must not change what happens.
      }
    }
  };
}
