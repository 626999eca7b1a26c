import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { CacheTTLManager, MemoryStore } from '../src/index.js';

const HOUR = 3_600_000;

describe('clean-ups', () => {
  it('remove a few entries at a time, a millisecond apart, until nothing expired is left', () => {
    const clock = new ManualClock();
    let gone = 0;
    const store = new MemoryStore<number>({ clock, onRemoval: () => (gone += 1) });
    for (let index = 0; index < 5000; index += 1) store.set(`${index}`, 1, { ttl: 10 });
    store.set('later', 1, { ttl: HOUR });
    const manager = new CacheTTLManager({
      clock,
      defaultTtl: HOUR,
      cleanupInterval: 100,
      removeExpired: (most) => store.removeExpired(most),
    });
    manager.start();
    clock.advance(100);
    expect(gone).toBeGreaterThanOrEqual(1000);
    expect(gone).toBeLessThan(1100);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(5);
    expect(gone).toBe(5000);
    expect(store.size).toBe(1);
    manager.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('go on after each interval', () => {
    const clock = new ManualClock();
    let cleanups = 0;
    const removeExpired = () => {
      cleanups += 1;
      return false;
    };
    const options = { clock, defaultTtl: HOUR, cleanupInterval: 100, removeExpired };
    new CacheTTLManager(options).start();
    clock.advance(1000);
    expect(cleanups).toBe(10);
  });

  it('are not scheduled where the storage expires by itself', () => {
    const clock = new ManualClock();
    new CacheTTLManager({ clock, defaultTtl: HOUR, cleanupInterval: 100 }).start();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('jitter', () => {
  const setUp = (jitter: number, random = () => 0.5) =>
    new CacheTTLManager({
      clock: new ManualClock(1000),
      defaultTtl: HOUR,
      cleanupInterval: 100,
      jitter,
      random,
    });

  it('shortens lifetimes by up to its share', () => {
    expect(setUp(0.2).lifetime(1000)).toEqual({ ttl: 900, expiresAt: 1900 });
    expect(setUp(0.2, () => 0).lifetime()).toEqual({ ttl: HOUR, expiresAt: 1000 + HOUR });
  });

  it('leaves what ends at once or never, and one millisecond of all others', () => {
    expect(setUp(1).lifetime(0).ttl).toBe(0);
    expect(setUp(1).lifetime(Infinity).ttl).toBe(Infinity);
    expect(setUp(1, () => 0.999_999).lifetime(5).ttl).toBe(1);
  });

  it.each([-0.1, 1.1, NaN])('refuses a share of %s', (jitter) => {
    expect(() => setUp(jitter)).toThrow(/jitter from 0 to 1/);
  });
});
