import type { Clock, Timer } from '../clock.js';

interface ScheduledCall {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now: number;
  readonly #start: number;
  // In order of scheduling, which decides between timers that are due at the same moment.
  readonly #calls = new Set<ScheduledCall>();

  /** @param startMs what `now()` says at first, in milliseconds since the epoch */
  constructor(startMs = 0) {
    this.#now = startMs;
    this.#start = startMs;
  }

  /** Timers that were neither fired nor cancelled. */
  get pendingTimers(): number {
    return this.#calls.size;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  schedule(callback: () => void, delayMs: number): Timer {
    const call: ScheduledCall = { at: this.#now + Math.max(0, delayMs), callback };
    this.#calls.add(call);
    return { cancel: () => void this.#calls.delete(call) };
  }

  /**
   * Moves time on and fires what becomes due on the way, each at its own moment. Callbacks run
   * before it returns; what they left to promises runs when the caller awaits.
   */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let call = this.#nextDueBy(end); call; call = this.#nextDueBy(end)) {
      this.#calls.delete(call);
      this.#now = Math.max(this.#now, call.at);
      call.callback();
    }
    this.#now = end;
  }

  #nextDueBy(end: number): ScheduledCall | undefined {
    let next: ScheduledCall | undefined;
    for (const call of this.#calls) {
      if (call.at <= end && (next === undefined || call.at < next.at)) next = call;
    }
    return next;
  }
}
