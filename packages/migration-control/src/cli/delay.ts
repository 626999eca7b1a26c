import type { Clock } from '@resync/cache-contract';

/** Resolves after so many milliseconds, or once the signal is aborted. */
export function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.schedule(end, ms);
    signal.addEventListener('abort', end);
  });
}
