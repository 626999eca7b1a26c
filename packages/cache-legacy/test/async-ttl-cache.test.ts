import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, type AsyncTTLCacheOptions } from '../src/index.js';

function setUp(options: AsyncTTLCacheOptions = {}) {
  const clock = new ManualClock(1_000_000);
  return { clock, cache: new AsyncTTLCache({ clock, ...options }) };
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('expiry', () => {
  it('keeps a ttl of 0.1 s alive at 0.05 s and dead at 0.2 s', async () => {
    const { clock, cache } = setUp({ ttlSeconds: 0.1 });
    await cache.set('key', 'value');
    clock.advance(50);
    expect(await cache.get('key')).toBe('value');
    clock.advance(150);
    expect(await cache.get('key')).toBeNull();
  });

  it('slides: a key that is read never dies', async () => {
    const { clock, cache } = setUp({ ttlSeconds: 1 });
    await cache.set('key', 'value');
    for (let second = 0; second < 10; second += 1) {
      clock.advance(900);
      expect(await cache.get('key')).toBe('value');
    }
    clock.advance(1000);
    expect(await cache.get('key')).toBeNull();
  });

  it('counts an expired entry that is read as one eviction and one miss', async () => {
    const { clock, cache } = setUp({ ttlSeconds: 1 });
    await cache.set('key', 'value');
    clock.advance(1000);
    expect(cache.size()).toBe(1);
    await cache.get('key');
    expect(cache.getDetailedMetrics()).toMatchObject({ size: 0, evictions: 1, misses: 1 });
  });

  it.each([
    [0.07, 70],
    [16.1, 16_100],
    [0.0701, 71],
    [1e-12, 1],
    [8_737_631.174, 8_737_631_174],
    [365 * 24 * 3600, 365 * 24 * 3_600_000],
  ])('takes %d s for %d ms', async (seconds, ms) => {
    const { clock, cache } = setUp();
    await cache.set('key', 'value', seconds);
    expect(cache.peek('key')?.expiresAt).toBe(clock.now() + ms);
  });

  it('lets an entry of 0 s expire at once', async () => {
    const { cache } = setUp();
    await cache.set('key', 'old');
    await cache.set('key', 'value', 0);
    expect(await cache.get('key')).toBeNull();
  });
});

describe('what it refuses', () => {
  it.each([[null], [undefined], [''], ['x'.repeat(1001)], ['a\nb'], ['a\rb'], ['a\0b']])(
    'the key %j',
    async (key) => {
      const { cache } = setUp();
      await expect(cache.set(key, 1)).rejects.toThrow(/expected a key/);
      await expect(cache.get(key)).rejects.toThrow(/expected a key/);
      await expect(cache.delete(key)).rejects.toThrow(/expected a key/);
    },
  );

  it('a null value, and lifetimes that are none', async () => {
    const { cache } = setUp();
    await expect(cache.set('key', null)).rejects.toThrow(TypeError);
    await expect(cache.set('key', 1, 'soon' as unknown as number)).rejects.toThrow(TypeError);
    await expect(cache.set('key', 1, -1)).rejects.toThrow(RangeError);
    await expect(cache.set('key', 1, 366 * 24 * 3600)).rejects.toThrow(RangeError);
    expect(cache.size()).toBe(0);
  });

  it('a value over its memory, and keeps the old one', async () => {
    const { cache } = setUp({ maxMemoryMb: 0.001 });
    await cache.set('key', 'small');
    await expect(cache.set('key', 'x'.repeat(2000))).rejects.toThrow(/maxMemoryMb/);
    expect(await cache.get('key')).toBe('small');
  });

  it.each([
    { numShards: 0 },
    { numShards: 2.5 },
    { ttlSeconds: NaN },
    { ttlSeconds: 366 * 24 * 3600 },
    { cleanupInterval: 0 },
    { maxEntries: -1 },
    { maxEntries: 1.5 },
    { maxMemoryMb: '5' as unknown as number },
    { maxEntries: -1, paranoiaMode: true },
  ])('the options %j', (options) => {
    expect(() => new AsyncTTLCache(options)).toThrow(RangeError);
  });

  it('a value that cannot be weighed, before anything changes', async () => {
    const { clock, cache } = setUp();
    const lying = new Proxy([], { get: () => NaN });
    for (const value of [revoked(), lying]) {
      await expect(cache.set('key', value)).rejects.toThrow(/expected a value that can be weighed/);
    }
    expect(cache.size()).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    await cache.set('key', 'old');
    await expect(cache.set('key', revoked())).rejects.toThrow(TypeError);
    expect(await cache.get('key')).toBe('old');
  });
});

it('weighs a value when it is set and never again', async () => {
  const { cache } = setUp({ maxMemoryMb: 0.001 });
  const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
  const list: number[] = [];
  await cache.set('proxy', proxy);
  await cache.set('list', list);
  revoke();
  list.length = 1000;
  await cache.set('next', 1);
  expect(cache.size()).toBe(3);
  expect(cache.getDetailedMetrics().health_status).toBe('healthy');
});

it('turns other keys into strings, in get, set and delete alike', async () => {
  const { cache } = setUp();
  await cache.set(1, 'one');
  expect(await cache.get('1')).toBe('one');
  expect(await cache.delete(1)).toBe(true);
  expect(await cache.get('1')).toBeNull();
});

describe('bounds', () => {
  it('evicts key2 from one shard of two entries, where key1 was read and key3 comes', async () => {
    const { clock, cache } = setUp({ numShards: 1, maxEntries: 2 });
    await cache.set('key1', 1);
    clock.advance(1);
    await cache.set('key2', 2);
    clock.advance(1);
    await cache.get('key1');
    clock.advance(1);
    await cache.set('key3', 3);
    expect(await cache.get('key1')).toBe(1);
    expect(await cache.get('key2')).toBeNull();
    expect(await cache.get('key3')).toBe(3);
  });

  it('never refuses a set with 16 shards and 16 entries', async () => {
    const { cache } = setUp({ numShards: 16, maxEntries: 16 });
    for (let index = 0; index < 200; index += 1) {
      await cache.set(`key ${index}`, index);
      expect(await cache.get(`key ${index}`)).toBe(index);
    }
    expect(cache.size()).toBe(16);
  });

  it('removes what is expired before what is live, in other shards too', async () => {
    const { clock, cache } = setUp({ numShards: 4, maxEntries: 8 });
    for (let index = 0; index < 4; index += 1) await cache.set(`short ${index}`, index, 1);
    for (let index = 0; index < 4; index += 1) await cache.set(`long ${index}`, index, 100);
    clock.advance(1000);
    for (let index = 0; index < 4; index += 1) await cache.set(`new ${index}`, index, 100);
    for (let index = 0; index < 4; index += 1) {
      expect(await cache.get(`long ${index}`)).toBe(index);
      expect(await cache.get(`new ${index}`)).toBe(index);
    }
  });

  it('makes room by weight as well as by number', async () => {
    const { cache } = setUp({ maxMemoryMb: 0.01 });
    for (let index = 0; index < 100; index += 1) await cache.set(`key ${index}`, 'x'.repeat(500));
    expect(cache.size()).toBeLessThan(12);
    expect(cache.getDetailedMetrics().health_status).toBe('healthy');
  });

  it('is smaller in paranoia mode', async () => {
    const { cache } = setUp({ paranoiaMode: true, maxMemoryMb: 500 });
    await expect(cache.set('key', 'x'.repeat(6 * 1024 * 1024))).rejects.toThrow(/\(10\)/);
  });
});

describe('clean-up', () => {
  it('starts on the first use, sweeps after each interval, and starts again after stop', async () => {
    const { clock, cache } = setUp({ ttlSeconds: 1, cleanupInterval: 30 });
    expect(clock.pendingTimers).toBe(0);
    await cache.set('key', 1);
    expect(cache.getDetailedMetrics().is_running).toBe(true);
    clock.advance(30_000);
    expect(cache.size()).toBe(0);
    expect(cache.getDetailedMetrics().cleanup_cycles).toBe(1);
    await cache.stop();
    expect(clock.pendingTimers).toBe(0);
    await cache.get('key');
    expect(clock.pendingTimers).toBe(1);
  });
});

it('reports itself in the old words', async () => {
  const { cache } = setUp({ numShards: 2 });
  await cache.set('a', 1);
  await cache.set('b', 1);
  await cache.get('a');
  await cache.get('nobody');
  await cache.delete('b');
  expect(await cache.delete('nobody')).toBe(false);
  expect(cache.getDetailedMetrics()).toEqual({
    size: 1,
    num_shards: 2,
    ttl_seconds: 60,
    cleanup_interval: 30,
    hits: 1,
    misses: 1,
    sets: 2,
    evictions: 1,
    cleanup_cycles: 0,
    hit_rate: 0.5,
    miss_rate: 0.5,
    eviction_rate: 0.5,
    shard_distribution: expect.arrayContaining([0, 1]) as unknown,
    is_running: true,
    health_status: 'healthy',
  });
});
