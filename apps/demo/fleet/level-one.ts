import { systemClock, type Timer } from '@resync/cache-contract';
import type { LoadProcess } from '../load/load-process.js';
import type { Closer } from '../server/closers.js';

/** How long an entry of level one lives, in milliseconds. */
export const L1_TTL_MS = 1000;

/**
 * How old may be what a process reads, in milliseconds, where each has a level one of its own: an entry's
 * life, and the time limit of the call to level two that had begun before the write was acknowledged.
 */
export const L1_BOUND_MS = L1_TTL_MS + 1000;

const TELL_EVERY_MS = 10_000;

/** Tells now and then how many reads were older than what was acknowledged, and within the bound. */
export function watchLagging(
  load: Pick<LoadProcess, 'lagging'>,
  print: (line: string) => void,
): Closer {
  print(`  level one is on: another process may read what is up to ${L1_BOUND_MS} ms old`);
  let told = 0;
  let timer: Timer | undefined;
  const later = (): void => {
    timer = systemClock.schedule(() => {
      const { lagging } = load;
      if (lagging > told) print(`  ${lagging} reads lagged so far, all within ${L1_BOUND_MS} ms`);
      told = lagging;
      later();
    }, TELL_EVERY_MS);
  };
  later();
  return async () => timer?.cancel();
}
