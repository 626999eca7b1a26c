import type { Clock, Timer } from '@resync/cache-contract';

/** Does something now and then, and in between when it is asked to; never twice at once. Nothing of it rejects. */
export class Polling {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #look: () => Promise<void>;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  /** @param look tells itself of what goes wrong; what it rejects with is dropped */
  constructor(clock: Clock, everyMs: number, look: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#look = look;
  }

  async start(): Promise<void> {
    await this.now();
  }

  /** Looks, once more where a look is under way: that one may have seen what was before. */
  async now(): Promise<void> {
    if (this.#isStopped) return;
    this.#isWanted = true;
    this.#looking ??= this.#lookWhileWanted();
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  async #lookWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      await this.#look().catch(() => undefined);
    }
    this.#looking = undefined;
    this.#timer?.cancel();
    if (!this.#isStopped) this.#timer = this.#clock.schedule(() => void this.now(), this.#everyMs);
  }
}
