import { systemClock, type Clock, type Timer } from '@resync/cache-contract';
import type { LoadProcess } from './load-process.js';
import type { LoadWindow } from './load-messages.js';

const WINDOW_MS = 10_000;
const MOST_WINDOWS = 6;

/**
 * Ends a window of the load every ten seconds, and tells those of the last minute.
 *
 * @returns ends it
 */
export function followLastMinute(
  load: Pick<LoadProcess, 'endWindow'>,
  told: (windows: readonly LoadWindow[]) => void,
  clock: Clock = systemClock,
): () => void {
  const ended = new AbortController();
  const windows: LoadWindow[] = [];
  let timer: Timer | undefined;
  const later = (): void => {
    timer = clock.schedule(() => {
      load
        .endWindow(ended.signal)
        .then((window) => {
          windows.push(window);
          if (windows.length > MOST_WINDOWS) windows.shift();
          told([...windows]);
          later();
        })
        // The load has ended.
        .catch(() => undefined);
    }, WINDOW_MS);
  };
  later();
  return () => {
    timer?.cancel();
    ended.abort();
  };
}
