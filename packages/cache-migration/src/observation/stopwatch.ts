import type { Clock } from '@resync/cache-contract';
import type { GuardedObserver, Operation } from './migration-observer.js';

/** Times one in so many operations for the observer. */
export class Stopwatch {
  readonly #every: number;
  readonly #clock: Clock;
  readonly #observer: GuardedObserver;
  #operations = 0;

  constructor(every: number, clock: Clock, observer: GuardedObserver) {
    this.#every = every;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** When the operation began, or `undefined` where it is not timed. */
  begin(): number | undefined {
    this.#operations += 1;
    return this.#operations % this.#every === 0 ? this.#clock.monotonic() : undefined;
  }

  end(operation: Operation, begun: number | undefined): void {
    if (begun !== undefined) this.#observer.latency(operation, this.#clock.monotonic() - begun);
  }
}
