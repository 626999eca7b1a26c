import type { GuardedObserver, Verdict } from '../observation/migration-observer.js';
import type { GuardedNext } from './guarded-next.js';
import type { Method } from './method.js';
import type { ServiceCall } from './service-call.js';

/** What comparisons are told. */
export interface ShadowCallSettings {
  readonly observer: GuardedObserver;
  /** The share of idempotent calls that are compared, 0 to 1. */
  readonly rate: number;
  readonly random: () => number;
  /** Comparisons that are under way at once; calls beyond are not compared. */
  readonly bound: number;
}

/** A call of legacy that is compared. */
export interface ShadowedCall extends ServiceCall {
  /** What legacy answers. */
  readonly answer: Promise<unknown>;
  /** Asked when legacy has answered; where it is false, next is left alone. */
  readonly isStillDue: () => boolean;
}

/**
 * In `shadow`, makes a sample of the idempotent calls on next too, once legacy has answered them, and
 * compares. Nobody waits for that.
 */
export class ShadowCalls {
  readonly #next: GuardedNext;
  readonly #settings: ShadowCallSettings;
  #underWay = 0;

  constructor(next: GuardedNext, settings: ShadowCallSettings) {
    this.#next = next;
    this.#settings = settings;
  }

  /** Whether this call is in the sample. */
  isSampled({ isIdempotent }: Method): boolean {
    return isIdempotent && this.#settings.random() < this.#settings.rate;
  }

  /** Resolves when the comparison is over, or was not made. Never rejects. */
  async compare(call: ShadowedCall): Promise<void> {
    const { observer, bound } = this.#settings;
    let legacyAnswer: unknown;
    try {
      legacyAnswer = await call.answer;
    } catch {
      return;
    }
    // The caller, who waits for the same promise, goes on first.
    await Promise.resolve();
    if (!call.isStillDue()) return;
    if (this.#underWay >= bound) {
      observer.boundHit('next', 'background');
      return;
    }
    this.#underWay += 1;
    const verdict = await this.#verdict(call, legacyAnswer);
    this.#underWay -= 1;
    if (verdict !== undefined) observer.compared(verdict);
  }

  async #verdict(call: ServiceCall, legacyAnswer: unknown): Promise<Verdict | undefined> {
    const outcome = await this.#next.ask(call);
    switch (outcome.kind) {
      case 'answered':
        try {
          return call.method.isSame(legacyAnswer, outcome.answer) ? 'match' : 'value';
        } catch {
          return 'error';
        }
      case 'declined':
        return 'value';
      case 'refused':
      case 'late':
        return 'error';
      case 'unsent':
        return undefined;
    }
  }
}
