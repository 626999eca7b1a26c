import { ManualClock } from '@resync/cache-contract/testing';
import type { Clock, Timer } from '@resync/cache-contract';

/** A clock on which the next wait is over at once, and time has passed by it; longer ones than the limit never are. */
export class HurriedClock implements Clock {
  /** Every wait that was begun, in milliseconds. */
  readonly waits: number[] = [];
  readonly #time = new ManualClock();
  readonly #longest: number;

  /** @param longest milliseconds */
  constructor(longest: number) {
    this.#longest = longest;
  }

  now(): number {
    return this.#time.now();
  }

  monotonic(): number {
    return this.#time.monotonic();
  }

  schedule(callback: () => void, delayMs: number): Timer {
    this.waits.push(delayMs);
    if (delayMs > this.#longest) return { cancel: () => undefined };
    const timer = this.#time.schedule(callback, delayMs);
    queueMicrotask(() => this.#time.advance(delayMs));
    return timer;
  }
}
