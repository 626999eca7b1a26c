import type { Clock, Timer } from '@resync/cache-contract';
import type { LoadPolicy } from './load-options.js';
import { loadTimeout } from './load-timeout.js';
import type { MissedKey, Reading } from './missed-key.js';

/** What a call bears while a storage that takes time is asked: the same limits as while it loads. */
export class LookWait {
  readonly #policy: LoadPolicy;
  readonly #clock: Clock;
  readonly #onTimeout: () => void;
  readonly #begun: number;

  constructor(
    policy: LoadPolicy,
    { clock, onTimeout }: { readonly clock: Clock; readonly onTimeout: () => void },
  ) {
    this.#policy = policy;
    this.#clock = clock;
    this.#onTimeout = onTimeout;
    this.#begun = clock.monotonic();
  }

  /**
   * What the storage answers.
   *
   * @param onLate told of a miss that comes when nobody waits for it any longer
   * @throws `LOAD_TIMEOUT`, or the reason of the caller's signal
   */
  for<V>(
    key: string,
    looking: Promise<Reading<V>>,
    onLate: (miss: MissedKey) => void,
  ): Promise<Reading<V>> {
    const { signal, hardTimeout } = this.#policy;
    if (signal === undefined && hardTimeout === undefined) return looking;
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      let isOver = false;
      const stop = (): void => {
        timer?.cancel();
        signal?.removeEventListener('abort', cancel);
      };
      const giveUp = (reason: Error): void => {
        isOver = true;
        stop();
        reject(reason);
      };
      function cancel(): void {
        giveUp(signal?.reason as Error);
      }
      signal?.addEventListener('abort', cancel);
      if (hardTimeout !== undefined) {
        timer = this.#clock.schedule(() => {
          this.#onTimeout();
          giveUp(loadTimeout(key, hardTimeout));
        }, hardTimeout);
      }
      looking.then((reading) => {
        stop();
        resolve(reading);
        if (isOver && reading.kind === 'miss') onLate(reading);
      }, giveUp);
    });
  }

  /** The limits that are left for the load. */
  policyAfter(): LoadPolicy {
    const { hardTimeout } = this.#policy;
    if (hardTimeout === undefined) return this.#policy;
    const left = hardTimeout - (this.#clock.monotonic() - this.#begun);
    return { ...this.#policy, hardTimeout: Math.max(1, left) };
  }
}
