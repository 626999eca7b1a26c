import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../src/index.js';

afterEach(() => vi.useRealTimers());

it('follows fake timers that were put in place after it was made', () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const fired: number[] = [];
  const begun = systemClock.monotonic();
  systemClock.schedule(() => fired.push(systemClock.now()), 50);
  const cancelled = systemClock.schedule(() => fired.push(0), 60);
  vi.advanceTimersByTime(50);
  cancelled.cancel();
  vi.advanceTimersByTime(50);
  expect(fired).toEqual([1_000_050]);
  expect(systemClock.now()).toBe(1_000_100);
  expect(systemClock.monotonic() - begun).toBe(100);
});

it('takes a delay longer than a timer can be for a long one, and not for none', () => {
  vi.useFakeTimers();
  let isFired = false;
  const timer = systemClock.schedule(
    () => {
      isFired = true;
    },
    40 * 24 * 3_600_000,
  );
  vi.advanceTimersByTime(1000);
  expect(isFired).toBe(false);
  timer.cancel();
});
