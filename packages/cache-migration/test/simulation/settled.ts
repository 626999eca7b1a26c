import { nextTick } from 'node:process';

/**
 * Resolves when nothing is left that waits for other promises only. Node runs its next-tick queue,
 * when it is asked from within a promise job, after the last of these jobs, those that they start
 * included (nodejs.org/api/process.html, "When to use queueMicrotask() vs. process.nextTick()"); so
 * this is exact, and takes no turn of the event loop.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    nextTick(resolve);
  });
}
