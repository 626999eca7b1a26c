import { ManualClock } from '@resync/cache-contract/testing';
import { afterEach, beforeEach, vi } from 'vitest';

/** A library takes a `performance.now()` of 0 for "never set". */
const SINCE_PROCESS_START = 1000;

/**
 * A manual clock that the machine's follows in each test of the file, for libraries that ask that one.
 * Timers stay real: none of what is tested here waits for one.
 */
export function machineTime(): ManualClock {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  beforeEach(() => {
    const start = clock.monotonic();
    vi.spyOn(Date, 'now').mockImplementation(() => clock.now());
    vi.spyOn(performance, 'now').mockImplementation(
      () => SINCE_PROCESS_START + clock.monotonic() - start,
    );
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return clock;
}

/** As {@link machineTime}, with a whole `Date` that follows, for libraries that make dates. */
export function machineDate(): {
  readonly clock: ManualClock;
  readonly advance: (ms: number) => Promise<void>;
} {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return {
    clock,
    advance: async () => {
      vi.setSystemTime(clock.now());
    },
  };
}
