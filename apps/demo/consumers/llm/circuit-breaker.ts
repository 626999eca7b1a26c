import type { Clock } from '@resync/cache-contract';

/** When a breaker opens, and for how long. */
export interface CircuitBreakerOptions {
  readonly clock: Clock;
  /** Failures in a row. Default 5. */
  readonly failures?: number;
  /** Milliseconds without a call. Default 60 000. */
  readonly pauseMs?: number;
}

/** A call was not made, because those before it failed. */
export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
  readonly code = 'BREAKER_OPEN';
}

/**
 * Leaves a server alone that has failed several times in a row. After the pause one call tries it; it
 * closes the breaker, or opens it for another pause.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #failuresToOpen: number;
  readonly #pauseMs: number;
  #failures = 0;
  #openUntil = -Infinity;
  #isTrying = false;

  constructor({ clock, failures = 5, pauseMs = 60_000 }: CircuitBreakerOptions) {
    this.#clock = clock;
    this.#failuresToOpen = failures;
    this.#pauseMs = pauseMs;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#failures < this.#failuresToOpen) return 'closed';
    return this.#clock.monotonic() < this.#openUntil ? 'open' : 'half-open';
  }

  /** @throws BreakerOpenError where the call is not made */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const { state } = this;
    if (state === 'open' || this.#isTrying) {
      throw new BreakerOpenError(
        `expected a server that answers; it failed ${this.#failuresToOpen} times in a row and is left alone for a while`,
      );
    }
    this.#isTrying = state === 'half-open';
    try {
      const answer = await call();
      this.#failures = 0;
      return answer;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures >= this.#failuresToOpen) {
        this.#openUntil = this.#clock.monotonic() + this.#pauseMs;
      }
      throw error;
    } finally {
      if (state === 'half-open') this.#isTrying = false;
    }
  }
}
