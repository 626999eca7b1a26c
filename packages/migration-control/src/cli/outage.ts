import type { Clock, Timer } from '@resync/cache-contract';

/** For how long nothing may be heard, and what is done then. */
interface OutageOptions {
  /** Milliseconds; undefined: for any time. */
  readonly withinMs: number | undefined;
  readonly giveUp: () => void;
}

/** The time in which nothing is heard of what is followed. */
export class Outage {
  readonly #clock: Clock;
  readonly #options: OutageOptions;
  #why: string | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, options: OutageOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Undefined: it is heard of. */
  get why(): string | undefined {
    return this.#why;
  }

  /** Nothing was heard, for the first time or still. */
  begin(why: string): void {
    const { giveUp, withinMs } = this.#options;
    this.#why = why;
    if (withinMs !== undefined) this.#timer ??= this.#clock.schedule(giveUp, withinMs);
  }

  end(): void {
    this.#why = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
