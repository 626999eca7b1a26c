import { ChaosCache, ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, legacyCache, legacyFacade } from '../src/index.js';

function setUp() {
  const clock = new ManualClock(1_000_000);
  const cache = legacyCache(new AsyncTTLCache({ clock, ttlSeconds: 60 }));
  return { clock, cache };
}

describe('over a cache in the process', () => {
  it('speaks seconds and null', async () => {
    const { clock, cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set('key', 'value', 2);
    clock.advance(1999);
    expect(await facade.get('key')).toBe('value');
    clock.advance(2000);
    expect(await facade.get('key')).toBeNull();
  });

  it('has exact figures without waiting', async () => {
    const { cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set('a', 1);
    await facade.set('b', 1);
    expect(facade.size()).toBe(2);
    await facade.delete('b');
    await facade.get('nobody');
    expect(facade.getDetailedMetrics()).toEqual({
      size: 1,
      ttl_seconds: 60,
      hits: 0,
      misses: 1,
      sets: 2,
      evictions: 1,
      hit_rate: 0,
      miss_rate: 1,
      eviction_rate: 0.5,
      is_running: true,
      health_status: 'healthy',
      calls_since: 0,
    });
  });

  it('takes the keys that the old cache took, and refuses the value that it refused', async () => {
    const { cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set(1, 'one');
    expect(await facade.get('1')).toBe('one');
    await expect(facade.set('key', null)).rejects.toThrow(TypeError);
    await expect(facade.get(null)).rejects.toThrow(TypeError);
  });

  it('stops the cache and remembers its figures', async () => {
    const { clock, cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set('a', 1);
    await facade.stop();
    expect(facade.size()).toBe(1);
    expect(facade.getDetailedMetrics()).toMatchObject({
      is_running: false,
      health_status: 'stopped',
    });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('over a cache that must be asked', () => {
  it('knows the figures of the last answer', async () => {
    const remote = new ChaosCache(setUp().cache);
    const facade = legacyFacade(remote);
    expect(facade.size()).toBe(0);
    await facade.set('a', 1);
    await facade.get('a');
    expect(facade.size()).toBe(1);
    await facade.stop();
  });
});
