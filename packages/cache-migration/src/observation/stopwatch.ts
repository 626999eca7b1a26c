import type { Clock } from '@resync/cache-contract';
import type { SideName } from '../stages/stage.js';
import type { GuardedObserver, Operation } from './migration-observer.js';

/** Makes the call, and may take its time. */
export type Timing = <T>(side: SideName, call: () => Promise<T>) => Promise<T>;

/** Calls a side without taking the time. */
export const untimed: Timing = (_side, call) => call();

/** One in so many timed operations is followed to the sides, which takes the full bookkeeping. */
const THOROUGH_EVERY = 8;

/** Times one in so many operations for the observer, and of some of them the calls to the sides. */
export class Stopwatch {
  readonly #every: number;
  readonly #clock: Clock;
  readonly #observer: GuardedObserver;
  #left: number;
  #leftUntilThorough = 1;

  constructor(every: number, clock: Clock, observer: GuardedObserver) {
    this.#every = every;
    this.#left = every;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** Whether the operation that begins now is timed. */
  isDue(): boolean {
    this.#left -= 1;
    if (this.#left > 0) return false;
    this.#left = this.#every;
    return true;
  }

  /** Whether the operation that is timed now is followed to the sides. */
  isThorough(): boolean {
    this.#leftUntilThorough -= 1;
    if (this.#leftUntilThorough > 0) return false;
    this.#leftUntilThorough = THOROUGH_EVERY;
    return true;
  }

  /** When the operation that begins now began, where it is timed. */
  begin(): number | undefined {
    return this.isDue() ? this.#clock.monotonic() : undefined;
  }

  /** An operation has succeeded that began with `begin`. */
  end(operation: Operation, begun: number | undefined): void {
    if (begun !== undefined) this.#observer.latency(operation, this.#clock.monotonic() - begun);
  }

  /** Times an operation as its caller sees it, where it succeeds. */
  async time<T>(operation: Operation, carryOut: (timing: Timing) => Promise<T>): Promise<T> {
    const begun = this.#clock.monotonic();
    const answer = await carryOut((side, call) => this.#timeCall(operation, side, call));
    this.end(operation, begun);
    return answer;
  }

  /** Times an operation as its caller sees it, where it succeeds, and leaves it as it is. */
  timeAround<T>(operation: Operation, carryOut: () => Promise<T>): Promise<T> {
    const begun = this.#clock.monotonic();
    const answer = carryOut();
    answer.then(
      () => this.end(operation, begun),
      () => undefined,
    );
    return answer;
  }

  /** Times an operation that is one call to one side. Its errors, which nobody else sees, are told. */
  timeAlone<T>(operation: Operation, side: SideName, call: () => Promise<T>): Promise<T> {
    const begun = this.#clock.monotonic();
    const answer = call();
    answer.then(
      () => {
        const ms = this.#clock.monotonic() - begun;
        this.#observer.latency(operation, ms);
        this.#observer.sideLatency(side, operation, ms);
      },
      (error: unknown) => this.#observer.failure(side, 'error', error),
    );
    return answer;
  }

  async #timeCall<T>(operation: Operation, side: SideName, call: () => Promise<T>): Promise<T> {
    const begun = this.#clock.monotonic();
    const answer = await call();
    this.#observer.sideLatency(side, operation, this.#clock.monotonic() - begun);
    return answer;
  }
}
