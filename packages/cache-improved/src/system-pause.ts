import { setImmediate } from 'node:timers';

/** Gives everybody else a turn of the event loop. */
export function systemPause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
