import type { Clock, Timer } from '@resync/cache-contract';

/** Milliseconds. */
const FIRST = 20;

/** Pauses between attempts, each twice as long as the last up to a bound. */
export class BackOff {
  readonly #clock: Clock;
  readonly #longest: number;
  #pause = FIRST;
  #timer: Timer | undefined;

  constructor(clock: Clock, longest: number) {
    this.#clock = clock;
    this.#longest = longest;
  }

  /** Calls back after the next pause; in place of what was to be called back before. */
  schedule(attempt: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.schedule(attempt, Math.min(this.#pause, this.#longest));
    this.#pause = Math.min(this.#pause * 2, this.#longest);
  }

  /** The attempt went well: the next pause is short again. */
  reset(): void {
    this.#pause = FIRST;
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
