import type { Clock } from '@resync/cache-contract';
import type { Place } from '../keys/key-order.js';
import { MigrationError } from '../migration-error.js';
import type { BreakerOptions } from '../migration-options.js';
import type { AnsweredCalls, FailureKind } from '../observation/migration-counts.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import type { SideName } from '../stages/stage.js';
import { Breaker } from './breaker.js';
import { callWithin, type Limit, type Outcome, type Unsent } from './outcome.js';

/** One call to a side. */
export interface Call<T> {
  /** A `list` may take long where single keys do not: it tells the breaker nothing. */
  readonly what: 'read' | 'list' | 'write' | 'clear';
  readonly make: () => Promise<T>;
  /**
   * Milliseconds for the turn and the answer together; `Infinity`: no timer. `undefined`: whoever
   * waits for the side, waits; there is no breaker either.
   */
  readonly limitMs: number | undefined;
  /** The place whose turn the call waits for. */
  readonly place?: Place;
  /** Asked when the turn has come; the call is not made where this is false. */
  readonly isStillDue?: () => boolean;
  /** `make` returns a call that was made before. */
  readonly isMade?: true;
}

/** What calls are told about time and bounds. */
export interface CallSettings {
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  /** Counts those that were answered; of the others the observer is told. */
  readonly answered: AnsweredCalls;
  /** Calls that passed their limit unanswered; while there are so many, none with a limit is made. */
  readonly maxUnsettled: number;
  readonly breaker: BreakerOptions;
  /** Milliseconds that the trial of an open breaker may take. */
  readonly trialLimitMs: number;
}

/** What calls need of the side. */
interface CalledSide {
  /** Asks it for a sign of life, without effect. */
  readonly trial: () => Promise<unknown>;
  /** Calls are made again, or none is. */
  readonly onChange: (areMade: boolean) => void;
}

/** Makes the calls to one side: in their turn, within their limits, and never too many without an answer. */
export class Calls {
  readonly #side: SideName;
  readonly #settings: CallSettings;
  readonly #breaker: Breaker;
  readonly #answered: AnsweredCalls;
  readonly #onChange: (areMade: boolean) => void;
  #unsettled = 0;

  constructor(side: SideName, settings: CallSettings, called: CalledSide) {
    this.#side = side;
    this.#settings = settings;
    this.#answered = settings.answered;
    this.#onChange = called.onChange;
    const { clock, breaker, trialLimitMs, observer } = settings;
    this.#breaker = new Breaker({
      clock,
      failures: breaker.failures,
      pauseMs: breaker.pause,
      longestPauseMs: breaker.longestPause,
      isAnswering: () => this.#isAnswering(called.trial, trialLimitMs),
      onChange: (state) => {
        observer.breaker(side, state);
        called.onChange(this.areMade);
      },
    });
  }

  /** Calls whose limit has passed and which have not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** Whether calls with a limit are made. */
  get areMade(): boolean {
    return !this.#breaker.isOpen && this.#unsettled < this.#settings.maxUnsettled;
  }

  /** A call was answered that was made without this. */
  answered(): void {
    this.#answered.count += 1;
    this.#breaker.succeeded();
  }

  /** No call will be limited from now on, or some will be again. */
  resetBreaker(): void {
    this.#breaker.reset();
  }

  /** Whether the side answers again is not tried any longer. */
  endTrials(): void {
    this.#breaker.end();
  }

  /** Never rejects. */
  async make<T>(call: Call<T>): Promise<Outcome<T>> {
    const outcome = this.#refusal(call) ?? (await this.#makeAllowed(call));
    if (outcome.kind === 'answered') this.#answered.count += 1;
    if (outcome.kind === 'late') this.#countUnsettled(outcome.settled);
    if (call.limitMs !== undefined && call.what !== 'list') this.#tellBreaker(outcome.kind);
    if (outcome.kind !== 'answered' && !isRefusalOfBreaker(outcome)) {
      this.#settings.observer.failure(this.#side, FAILURES[outcome.kind], outcome.error);
    }
    return outcome;
  }

  #refusal({ limitMs, isMade }: Call<unknown>): Unsent | undefined {
    if (limitMs === undefined || isMade || this.areMade) return undefined;
    const { observer } = this.#settings;
    if (this.#breaker.isOpen) {
      return unsent('open', `${this.#side} is not called: its breaker is open`);
    }
    observer.boundHit(this.#side, 'unsettled');
    return unsent('shed', `${this.#unsettled} calls to ${this.#side} are unanswered`);
  }

  #tellBreaker(kind: Outcome<unknown>['kind']): void {
    if (kind === 'answered' || kind === 'declined') this.#breaker.succeeded();
    else if (kind !== 'unsent') this.#breaker.failed();
  }

  #countUnsettled(settled: Promise<void>): void {
    this.#changeUnsettled(1);
    void settled.then(() => this.#changeUnsettled(-1));
  }

  #changeUnsettled(change: 1 | -1): void {
    const wereMade = this.areMade;
    this.#unsettled += change;
    if (wereMade !== this.areMade) this.#onChange(this.areMade);
  }

  async #isAnswering(trial: () => Promise<unknown>, ms: number): Promise<boolean> {
    const { clock, maxUnsettled } = this.#settings;
    if (this.#unsettled >= maxUnsettled) return false;
    const limit = { clock, ms, name: `a sign of life of ${this.#side}` };
    const outcome = await callWithin(limit, trial);
    if (outcome.kind === 'late') this.#countUnsettled(outcome.settled);
    return outcome.kind === 'answered';
  }

  #makeAllowed<T>(call: Call<T>): Promise<Outcome<T>> {
    const limit = {
      clock: this.#settings.clock,
      ms: call.limitMs ?? Infinity,
      name: `an answer of ${this.#side} to a ${call.what}`,
    };
    if (call.place !== undefined || call.isStillDue !== undefined) {
      return this.#makeInTurn(call, limit);
    }
    return callWithin(limit, call.make);
  }

  async #makeInTurn<T>(
    { what, make, place, isStillDue }: Call<T>,
    limit: Limit,
  ): Promise<Outcome<T>> {
    const progress = { isMade: false as boolean, isAbandoned: false as boolean };
    const outcome = await callWithin(limit, async () => {
      if (place?.turn !== undefined) await place.turn;
      if (progress.isAbandoned || isStillDue?.() === false) return undefined;
      progress.isMade = true;
      return make();
    });
    // A call that was made gave its own answer.
    if (progress.isMade) return outcome as Outcome<T>;
    progress.isAbandoned = true;
    return unsent('overtaken', `an earlier ${what} has not settled on ${this.#side}`);
  }
}

const FAILURES: Readonly<Record<'refused' | 'declined' | 'late' | 'unsent', FailureKind>> = {
  refused: 'error',
  declined: 'error',
  late: 'timeout',
  unsent: 'shed',
};

// Nothing was tried, so nothing went wrong that was not told when it opened.
function isRefusalOfBreaker(outcome: Outcome<unknown>): boolean {
  return outcome.kind === 'unsent' && outcome.reason === 'open';
}

/** The outcome of a call that was not made. */
export function unsent(reason: Unsent['reason'], message: string): Unsent {
  return { kind: 'unsent', reason, error: new MigrationError('SHED', message) };
}
