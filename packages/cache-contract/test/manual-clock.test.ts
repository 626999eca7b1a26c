import { expect, it } from 'vitest';
import { ManualClock } from '../src/testing/manual-clock.js';

it('fires what becomes due, in order of time, each at its own moment', () => {
  const clock = new ManualClock(1000);
  const fired: string[] = [];
  clock.schedule(() => fired.push(`late at ${clock.now()}`), 20);
  clock.schedule(() => fired.push(`early at ${clock.now()}`), 10);
  clock.advance(15);
  expect(fired).toEqual(['early at 1010']);
  clock.advance(5);
  expect(fired).toEqual(['early at 1010', 'late at 1020']);
  expect(clock.now()).toBe(1020);
  expect(clock.monotonic()).toBe(20);
});

it('fires timers that a callback schedules within the same stretch', () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  const tick = (): void => {
    fired.push(clock.now());
    clock.schedule(tick, 10);
  };
  clock.schedule(tick, 10);
  clock.advance(35);
  expect(fired).toEqual([10, 20, 30]);
  expect(clock.pendingTimers).toBe(1);
});

it('forgets a cancelled timer', () => {
  const clock = new ManualClock();
  const timer = clock.schedule(() => expect.unreachable(), 10);
  timer.cancel();
  timer.cancel();
  expect(clock.pendingTimers).toBe(0);
  clock.advance(100);
});
