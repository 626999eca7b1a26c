import type { Clock, Timer } from '@resync/cache-contract';

/** When a breaker opens, and how it finds out that it may close. */
export interface BreakerSettings {
  readonly clock: Clock;
  /** It opens after so many failed calls in a row. */
  readonly failures: number;
  /** Milliseconds from opening to the first trial; doubled after each that fails. */
  readonly pauseMs: number;
  /** The longest pause in milliseconds. */
  readonly longestPauseMs: number;
  /** Makes one call in the background, within a limit; whether it was answered. Never rejects. */
  readonly isAnswering: () => Promise<boolean>;
  readonly onChange: (state: 'open' | 'closed') => void;
}

/**
 * Stops asking who does not answer: the circuit breaker of Nygard, "Release It!" (2007). No caller
 * pays for finding out whether it may close: that is tried in the background.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  #failures = 0;
  #isOpen = false;
  #isEnded = false;
  #pauseMs: number;
  #timer: Timer | undefined;

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
    this.#pauseMs = settings.pauseMs;
  }

  /** Whether no call should be made. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A call was answered. What was sent before the breaker opened does not close it. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** A call failed, or was late. */
  failed(): void {
    this.#failures += 1;
    if (this.#isOpen || this.#failures < this.#settings.failures) return;
    this.#isOpen = true;
    this.#tryLater();
    this.#settings.onChange('open');
  }

  /** Closes, and forgets what was: nobody calls through it any longer, or somebody does again. */
  reset(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#failures = 0;
    this.#pauseMs = this.#settings.pauseMs;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#settings.onChange('closed');
  }

  /** Nothing is tried any longer: what is open stays so. */
  end(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tryLater(): void {
    if (this.#isEnded) return;
    const timer = this.#settings.clock.schedule(() => void this.#try(timer), this.#pauseMs);
    this.#timer = timer;
    this.#pauseMs = Math.min(2 * this.#pauseMs, this.#settings.longestPauseMs);
  }

  async #try(timer: Timer): Promise<void> {
    const isAnswering = await this.#settings.isAnswering();
    // A reset came in between.
    if (this.#timer !== timer) return;
    if (isAnswering) this.reset();
    else this.#tryLater();
  }
}
