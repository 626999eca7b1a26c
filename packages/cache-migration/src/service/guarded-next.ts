import type { Clock } from '@resync/cache-contract';
import type { BreakerOptions } from '../migration-options.js';
import type { AnsweredCalls } from '../observation/migration-counts.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import { Breaker } from '../sides/breaker.js';
import { unsent } from '../sides/calls.js';
import { callWithin, type Outcome, type Unsent } from '../sides/outcome.js';
import { makeOn, type ServiceCall } from './service-call.js';

/** What next is guarded with. */
export interface GuardSettings {
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  /** Counts the calls that were answered; of the others the observer is told. */
  readonly answered: AnsweredCalls;
  readonly breaker: BreakerOptions;
  readonly probe: (() => Promise<unknown>) | undefined;
  /** Milliseconds that a probe may take. */
  readonly probeLimitMs: number;
  /** Calls that are not answered; while there are so many, none is made. */
  readonly maxUnanswered: number;
}

/** How a call of next went; `declined`: its error is an answer. */
export type NextOutcome = Outcome<unknown>;

/** The next service, behind limits, a bound, and a breaker where legacy can answer in its place. */
export class GuardedNext {
  readonly #service: object;
  readonly #settings: GuardSettings;
  readonly #breaker: Breaker;
  #isBreakerOn = false;
  #unanswered = 0;

  constructor(service: object, settings: GuardSettings) {
    this.#service = service;
    this.#settings = settings;
    this.#breaker = new Breaker({
      clock: settings.clock,
      failures: settings.breaker.failures,
      pauseMs: settings.breaker.pause,
      longestPauseMs: settings.breaker.longestPause,
      isAnswering: () => this.#isAnswering(),
      onChange: (state) => settings.observer.breaker('next', state),
    });
  }

  /** Legacy can answer in its place. */
  resumeBreaker(): void {
    this.#isBreakerOn = true;
  }

  /** Nobody else can answer, or next is not asked. */
  suspendBreaker(): void {
    this.#isBreakerOn = false;
    this.#breaker.reset();
  }

  /** Makes the call at once, or not at all. Never rejects. */
  async ask(call: ServiceCall): Promise<NextOutcome> {
    if (this.#breaker.isOpen) {
      return unsent('open', 'next failed too often, and is left alone for a while');
    }
    if (this.#isFull) return this.#shed();
    const { name, isIdempotent, limitMs } = call.method;
    const what = isIdempotent ? name : `${name}, which may have its effect all the same,`;
    const outcome = await this.#send(what, limitMs, () => makeOn(this.#service, call));
    return this.#judged(outcome, call);
  }

  get #isFull(): boolean {
    return this.#unanswered >= this.#settings.maxUnanswered;
  }

  #shed(): Unsent {
    const { observer } = this.#settings;
    const outcome = unsent('shed', `${this.#unanswered} calls to next are unanswered`);
    observer.boundHit('next', 'unsettled');
    observer.failure('next', 'shed', outcome.error);
    return outcome;
  }

  async #send<T>(
    what: string,
    limitMs: number,
    make: () => Promise<T>,
  ): Promise<Exclude<Outcome<T>, Unsent>> {
    const { clock } = this.#settings;
    this.#unanswered += 1;
    const answered = (): void => {
      this.#unanswered -= 1;
    };
    const limit = { clock, ms: limitMs, name: `an answer of next to ${what}` };
    const outcome = (await callWithin(limit, make)) as Exclude<Outcome<T>, Unsent>;
    if (outcome.kind === 'late') void outcome.settled.then(answered);
    else answered();
    return outcome;
  }

  #judged(outcome: Exclude<NextOutcome, Unsent>, { method }: ServiceCall): NextOutcome {
    if (outcome.kind === 'answered') return this.#wellAfter(outcome);
    if (outcome.kind !== 'late' && !method.isFailure(outcome.error)) {
      return this.#wellAfter({ kind: 'declined', error: outcome.error });
    }
    if (this.#isBreakerOn) this.#breaker.failed();
    const isLate = outcome.kind === 'late';
    this.#settings.observer.failure('next', isLate ? 'timeout' : 'error', outcome.error);
    return isLate ? outcome : { kind: 'refused', error: outcome.error };
  }

  #wellAfter(outcome: NextOutcome): NextOutcome {
    this.#settings.answered.count += 1;
    this.#breaker.succeeded();
    return outcome;
  }

  async #isAnswering(): Promise<boolean> {
    const { probe, probeLimitMs } = this.#settings;
    if (probe === undefined) return true;
    if (this.#isFull) return false;
    return (await this.#send('a probe', probeLimitMs, probe)).kind === 'answered';
  }
}
