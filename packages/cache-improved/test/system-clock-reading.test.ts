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

  it('is read once for many lifetimes in one run that takes no time, and again after it', async () => {
    const read = vi.spyOn(systemClock, 'now').mockReturnValue(1000);
    const reading = new ClockReading(systemClock);
    for (let start = 0; start < 640; start += 1) expect(reading.start()).toBe(1000);
    expect(read.mock.calls.length).toBeLessThan(40);
    read.mockReturnValue(1001);
    await Promise.resolve();
    expect(reading.start()).toBe(1001);
  });

  it('is read for each lifetime where time goes on in between', () => {
    const read = vi.spyOn(systemClock, 'now');
    const reading = new ClockReading(systemClock);
    for (let now = 0; now < 100; now += 1) {
      read.mockReturnValue(now);
      expect(reading.start()).toBe(now);
    }
  });

  it('is not kept for lifetimes of calls that come one to a run', async () => {
    const read = vi.spyOn(systemClock, 'now').mockReturnValue(1000);
    const reading = new ClockReading(systemClock);
    for (let turn = 0; turn < 100; turn += 1) {
      expect(reading.start()).toBe(1000);
      await Promise.resolve();
    }
    expect(read).toHaveBeenCalledTimes(100);
  });

  it('is read for each lifetime, at the first call after fake timers came', () => {
    const store = new MemoryStore<number>({ ttl: 10_000 });
    for (let index = 0; index < 100; index += 1) store.set(`${index}`, index);
    vi.useFakeTimers({ now: 5000 });
    store.set('key', 1);
    expect(store.lookup('key')).toMatchObject({ expiresAt: 15_000 });
  });
});
