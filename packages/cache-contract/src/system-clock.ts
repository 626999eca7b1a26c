import type { Clock } from './clock.js';

/** The longest delay that a Node timer takes, in milliseconds; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** The clock of the machine. Everything is looked up when it is called, so that fake timers work. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (callback, delayMs) => {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
