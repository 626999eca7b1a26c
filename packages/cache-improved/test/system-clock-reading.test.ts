import { systemClock } from '@resync/cache-contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../src/index.js';
import { ClockReading } from '../src/system-clock-reading.js';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the clock of the machine', () => {
  it('is read once for many questions about what is far away', () => {
    const read = vi.spyOn(systemClock, 'now');
    const reading = new ClockReading(systemClock);
    const inAnHour = Date.now() + 3_600_000;
    for (let question = 0; question < 640; question += 1) {
      expect(reading.isPast(inAnHour)).toBe(false);
    }
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(read.mock.calls.length).toBeLessThanOrEqual(11);
  });

  it('is read each time for what is near', () => {
    const read = vi.spyOn(systemClock, 'now');
    const reading = new ClockReading(systemClock);
    const inASecond = Date.now() + 1000;
    for (let question = 0; question < 10; question += 1) reading.isPast(inASecond);
    expect(read).toHaveBeenCalledTimes(10);
    expect(reading.isPast(Date.now() - 1)).toBe(true);
  });

  it('may be replaced by that of fake timers while a reading is valid', () => {
    const store = new MemoryStore<number>({ ttl: 3_600_000 });
    store.set('key', 1);
    expect(store.get('key')).toBe(1);
    vi.useFakeTimers({ now: Date.now() + 3_600_000 });
    expect(store.get('key')).toBeUndefined();
    store.set('key', 2);
    expect(store.get('key')).toBe(2);
    vi.setSystemTime(Date.now() + 3_599_000);
    expect(store.get('key')).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(store.get('key')).toBeUndefined();
  });
});
