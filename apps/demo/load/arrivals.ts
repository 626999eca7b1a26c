/** A gap between two looks at the clock that is no longer this process being busy: it stood still. */
const STANDSTILL_MS = 250;

/**
 * When requests are due, at a steady rate. Open loop: they are due however slow the answers are. What
 * was due while this process itself stood still, together with the service or not, is left out: sent
 * in one burst afterwards it would measure the burst.
 */
export class Arrivals {
  readonly #perMs: number;
  #begun: number;
  #lookedAt: number;
  #taken = 0;

  /** @param now milliseconds on a clock that never goes back, as of all calls */
  constructor(perSecond: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#begun = now;
    this.#lookedAt = now;
  }

  /** How many are due since it was asked last, and for how long, in milliseconds, nothing ran here. */
  take(now: number): { readonly due: number; readonly stoodStillMs: number } {
    const gap = now - this.#lookedAt;
    this.#lookedAt = now;
    const stoodStillMs = gap > STANDSTILL_MS ? gap : 0;
    this.#begun += stoodStillMs;
    const due = Math.floor((now - this.#begun) * this.#perMs) - this.#taken;
    this.#taken += due;
    return { due, stoodStillMs };
  }
}
