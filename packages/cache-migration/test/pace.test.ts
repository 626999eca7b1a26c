import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pace } from '../src/operations/pace.js';

/** How many go until the next one has to wait, and for how long. */
function batch(pace: Pace): { readonly count: number; readonly waitMs: number } {
  for (let count = 0; count < 10_000; count += 1) {
    const waitMs = pace.take();
    if (waitMs > 0) return { count, waitMs };
  }
  throw new Error('nobody has to wait');
}

it('lets go what is due in 100 ms at once, and then as much after each 100 ms', () => {
  const clock = new ManualClock();
  const pace = new Pace(clock, 1000);
  for (let tick = 0; tick < 20; tick += 1) {
    expect(batch(pace)).toEqual({ count: 100, waitMs: 100 });
    clock.advance(100);
  }
});

it('waits for the next one where there are few', () => {
  const clock = new ManualClock();
  const pace = new Pace(clock, 2);
  for (let second = 0; second < 20; second += 1) {
    expect(batch(pace)).toMatchObject({ count: 1 });
    clock.advance(batch(pace).waitMs);
  }
  expect(clock.now()).toBeCloseTo(10_000, 6);
});

it('saves up nothing while nobody asks', () => {
  const clock = new ManualClock();
  const pace = new Pace(clock, 1000);
  clock.advance(60_000);
  expect(batch(pace).count).toBe(101);
});

it('never lets more go than the rate and one batch, and no less when it is asked in time', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 50_000, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      (perSecond, waits) => {
        const clock = new ManualClock();
        const pace = new Pace(clock, perSecond);
        let gone = 0;
        for (let wait = 0; wait < waits; wait += 1) {
          const { count, waitMs } = batch(pace);
          gone += count;
          clock.advance(waitMs);
        }
        const due = (clock.now() / 1000) * perSecond;
        const most = Math.max(1, perSecond / 10);
        expect(gone).toBeLessThanOrEqual(due + most + 0.01);
        expect(gone).toBeGreaterThanOrEqual(due - 1.01);
      },
    ),
    { numRuns: 200 },
  );
});
