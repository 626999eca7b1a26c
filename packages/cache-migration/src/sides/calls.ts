import type { Clock } from '@resync/cache-contract';
import type { Place } from '../keys/key-order.js';
import { MigrationError } from '../migration-error.js';
import type { FailureKind, GuardedObserver } from '../observation/migration-observer.js';
import type { SideName } from '../stages/stage.js';
import { callWithin, type Outcome, type Unsent } from './outcome.js';

/** One call to a side. */
export interface Call<T> {
  readonly what: 'read' | 'write' | 'clear';
  readonly make: () => Promise<T>;
  /** Milliseconds for the turn and the answer together, or `Infinity`. */
  readonly limitMs: number;
  /** The place whose turn the call waits for. */
  readonly place?: Place;
  /** Asked when the turn has come; the call is not made where this is false. */
  readonly isStillDue?: () => boolean;
}

/** What calls are told about time and bounds. */
export interface CallSettings {
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  /** Calls that passed their limit unanswered; while there are so many, none with a limit is made. */
  readonly maxUnsettled: number;
}

/** Makes the calls to one side: in their turn, within their limits, and never too many without an answer. */
export class Calls {
  readonly #side: SideName;
  readonly #settings: CallSettings;
  #unsettled = 0;

  constructor(side: SideName, settings: CallSettings) {
    this.#side = side;
    this.#settings = settings;
  }

  /** Calls whose limit has passed and which have not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** Never rejects. */
  async make<T>(call: Call<T>): Promise<Outcome<T>> {
    const outcome = this.#shed(call) ?? (await this.#makeInTurn(call));
    if (outcome.kind === 'late') {
      this.#unsettled += 1;
      void outcome.settled.then(() => {
        this.#unsettled -= 1;
      });
    }
    if (outcome.kind !== 'answered') {
      this.#settings.observer.failure(this.#side, FAILURES[outcome.kind], outcome.error);
    }
    return outcome;
  }

  #shed({ limitMs }: Pick<Call<unknown>, 'limitMs'>): Unsent | undefined {
    const { maxUnsettled, observer } = this.#settings;
    if (limitMs === Infinity || this.#unsettled < maxUnsettled) return undefined;
    observer.boundHit(this.#side, 'unsettled');
    return unsent(`${this.#unsettled} calls to ${this.#side} are unanswered`);
  }

  async #makeInTurn<T>({ what, make, limitMs, place, isStillDue }: Call<T>): Promise<Outcome<T>> {
    const progress = { isMade: false as boolean, isAbandoned: false as boolean };
    const limit = {
      clock: this.#settings.clock,
      ms: limitMs,
      name: `an answer of ${this.#side} to a ${what}`,
    };
    const outcome = await callWithin(limit, async () => {
      if (place?.turn !== undefined) await place.turn;
      if (progress.isAbandoned || isStillDue?.() === false) return undefined;
      progress.isMade = true;
      return make();
    });
    // A call that was made gave its own answer.
    if (progress.isMade) return outcome as Outcome<T>;
    progress.isAbandoned = true;
    return unsent(`an earlier ${what} has not settled on ${this.#side}`);
  }
}

const FAILURES: Readonly<Record<'refused' | 'declined' | 'late' | 'unsent', FailureKind>> = {
  refused: 'error',
  declined: 'error',
  late: 'timeout',
  unsent: 'shed',
};

/** The outcome of a call that was not made. */
export function unsent(message: string): Unsent {
  return { kind: 'unsent', error: new MigrationError('SHED', message) };
}
