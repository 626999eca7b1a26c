import type { Clock, Timer } from '@resync/cache-contract';

interface Sleeper {
  readonly wake: () => void;
  readonly timer: Timer;
}

/** A wait for a change, which begins at once. */
export interface Sleep {
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** Those who wait for a key to change. */
export class WakeUps {
  readonly #clock: Clock;
  readonly #sleepers = new Map<string, Set<Sleeper>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Is over when the key has changed, after so many milliseconds, or when it is ended. */
  sleep(key: string, atMost: number): Sleep {
    const sleepers = this.#sleepers.get(key) ?? new Set();
    this.#sleepers.set(key, sleepers);
    let resolve = (): void => undefined;
    const over = new Promise<void>((resolved) => (resolve = resolved));
    const wake = (): void => {
      sleeper.timer.cancel();
      sleepers.delete(sleeper);
      if (sleepers.size === 0 && this.#sleepers.get(key) === sleepers) this.#sleepers.delete(key);
      resolve();
    };
    const sleeper: Sleeper = { wake, timer: this.#clock.schedule(wake, atMost) };
    sleepers.add(sleeper);
    return { over, end: wake };
  }

  /** `undefined`: every key. */
  wake(key: string | undefined): void {
    if (key === undefined) for (const each of [...this.#sleepers.keys()]) this.wake(each);
    else for (const { wake } of [...(this.#sleepers.get(key) ?? [])]) wake();
  }
}
