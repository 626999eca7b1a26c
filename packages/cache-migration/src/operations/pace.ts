import type { Clock } from '@resync/cache-contract';

/** The shortest wait, in milliseconds: what is due meanwhile goes as one batch. */
const TICK = 100;
/** Fractions of a token do not add up to a whole one exactly. */
const NEARLY_ONE = 1 - 1e-6;

/** Lets so many a second go: a token bucket that holds one batch, and what was left of the last. */
export class Pace {
  readonly #clock: Clock;
  readonly #perMs: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perMs = perSecond / 1000;
    this.#tokens = Math.max(1, TICK * this.#perMs);
    this.#filledAt = clock.monotonic();
  }

  /** Milliseconds after which to ask again; 0: one goes now. */
  take(): number {
    const now = this.#clock.monotonic();
    const most = 1 + TICK * this.#perMs;
    this.#tokens = Math.min(most, this.#tokens + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#tokens < NEARLY_ONE) return Math.max(TICK, (1 - this.#tokens) / this.#perMs);
    this.#tokens -= 1;
    return 0;
  }
}
