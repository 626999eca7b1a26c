import type { Clock, Timer } from '@resync/cache-contract';

interface Sleeper {
  readonly wake: () => void;
  readonly timer: Timer;
}

/** Those who wait for a key to change. */
export class WakeUps {
  readonly #clock: Clock;
  readonly #sleepers = new Map<string, Set<Sleeper>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the key has changed, or after so many milliseconds. */
  sleep(key: string, atMost: number): Promise<void> {
    return new Promise((resolve) => {
      const sleepers = this.#sleepers.get(key) ?? new Set();
      this.#sleepers.set(key, sleepers);
      const wake = (): void => {
        sleeper.timer.cancel();
        sleepers.delete(sleeper);
        if (sleepers.size === 0 && this.#sleepers.get(key) === sleepers) this.#sleepers.delete(key);
        resolve();
      };
      const sleeper: Sleeper = { wake, timer: this.#clock.schedule(wake, atMost) };
      sleepers.add(sleeper);
    });
  }

  /** `undefined`: every key. */
  wake(key: string | undefined): void {
    if (key === undefined) for (const each of [...this.#sleepers.keys()]) this.wake(each);
    else for (const { wake } of [...(this.#sleepers.get(key) ?? [])]) wake();
  }
}
