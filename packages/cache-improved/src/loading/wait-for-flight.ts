import type { Clock, Timer } from '@resync/cache-contract';
import type { Flight, Outcome } from './flight.js';
import type { LoadPolicy } from './load-options.js';
import { loadTimeout } from './load-timeout.js';

/** How long one call waits for a flight, and what it takes instead. */
export interface Patience<V> extends Pick<LoadPolicy, 'softTimeout' | 'hardTimeout' | 'signal'> {
  readonly clock: Clock;
  /** The value in its grace, at the moment of asking. */
  readonly stale: () => V | undefined;
}

/**
 * What the flight has for the caller, or a value in its grace after the soft timeout. The caller who
 * was answered so still counts as one who waits, until the flight ends or the hard timeout.
 *
 * @throws what the factory threw, `LOAD_TIMEOUT`, or the reason of the caller's signal
 */
export function waitForFlight<V>(flight: Flight<V>, patience: Patience<V>): Promise<Outcome<V>> {
  const { softTimeout, hardTimeout, signal, clock } = patience;
  flight.interest.join();
  if (softTimeout === undefined && hardTimeout === undefined && signal === undefined) {
    return flight.outcome;
  }
  return new Promise((resolve, reject) => {
    const timers: Timer[] = [];
    const stopListening = (): void => signal?.removeEventListener('abort', cancel);
    const stop = (): void => {
      for (const timer of timers) timer.cancel();
      stopListening();
    };
    const giveUp = (reason: Error): void => {
      stop();
      reject(reason);
      flight.interest.leave(reason);
    };
    function cancel(): void {
      giveUp(signal?.reason as Error);
    }
    flight.outcome.then(stop, stop);
    flight.outcome.then(resolve, reject);
    if (signal?.aborted === true) {
      cancel();
      return;
    }
    signal?.addEventListener('abort', cancel);
    if (softTimeout !== undefined) {
      const answerWithStale = (): void => {
        const stale = patience.stale();
        if (stale === undefined) return;
        stopListening();
        resolve(stale);
      };
      if (softTimeout === 0) answerWithStale();
      else timers.push(clock.schedule(answerWithStale, softTimeout));
    }
    if (hardTimeout !== undefined) {
      timers.push(clock.schedule(() => giveUp(loadTimeout(flight.key, hardTimeout)), hardTimeout));
    }
  });
}
