import { isSettledWithin, type Limit } from './outcome.js';

/** Tells whoever wants to know that something has changed. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** Calls back at each change; the result ends that. */
  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Waits until the condition holds, no longer than the limit; whether it does. */
  async until(condition: () => boolean, limit: Limit): Promise<boolean> {
    if (condition()) return true;
    let stop: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      stop = this.on(() => {
        if (condition()) resolve();
      });
    });
    const isHeld = await isSettledWithin(limit, held);
    stop?.();
    return isHeld && condition();
  }
}
