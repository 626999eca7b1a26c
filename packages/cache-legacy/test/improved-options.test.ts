import { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, improvedOptionsFrom, type AsyncTTLCacheOptions } from '../src/index.js';

const MEGABYTE = 1024 * 1024;

it('passes the old defaults, because the new ones differ', () => {
  expect(improvedOptionsFrom()).toEqual({
    options: {
      defaultTtl: 60_000,
      cleanupInterval: 30_000,
      maxEntries: 100_000,
      maxBytes: 100 * MEGABYTE,
      sizeOf: expect.any(Function) as unknown,
      policy: 'lru',
      expiry: 'sliding',
    },
    withoutCounterpart: [],
  });
});

it('turns seconds into milliseconds and megabytes into bytes', () => {
  const clock = new ManualClock();
  const { options } = improvedOptionsFrom({
    ttlSeconds: 16.1,
    cleanupInterval: 1.5,
    maxEntries: 5,
    maxMemoryMb: 0.0015,
    clock,
  });
  expect(options).toMatchObject({
    defaultTtl: 16_100,
    cleanupInterval: 1500,
    maxEntries: 5,
    maxBytes: 1572,
  });
  expect(options.clock).toBe(clock);
});

it('takes less than a byte for one, because the new cache has no bound of none', () => {
  const { options } = improvedOptionsFrom({ maxMemoryMb: 1e-9 });
  expect(options.maxBytes).toBe(1);
  expect(new ImprovedAsyncCache(options).capabilities.maxBytes).toBe(1);
});

it('applies the caps of paranoia mode', () => {
  expect(improvedOptionsFrom({ paranoiaMode: true }).options).toMatchObject({
    maxEntries: 10_000,
    maxBytes: 10 * MEGABYTE,
  });
  const smaller = { paranoiaMode: true, maxEntries: 5, maxMemoryMb: 1 };
  expect(improvedOptionsFrom(smaller).options).toMatchObject({ maxEntries: 5, maxBytes: MEGABYTE });
});

it('reports what has no counterpart, and names that the old cache does not know', () => {
  const given: object = {
    ttlSeconds: 1,
    numShards: 8,
    paranoiaMode: true,
    ttlSecnds: 5,
    snapshotDir: undefined,
  };
  const { withoutCounterpart } = improvedOptionsFrom(given);
  expect(withoutCounterpart).toEqual([
    { option: 'numShards', value: 8, why: expect.stringContaining('one map') as unknown },
    { option: 'paranoiaMode', value: true, why: expect.stringContaining('caps') as unknown },
    { option: 'ttlSecnds', value: 5, why: 'not an option of AsyncTTLCache' },
    { option: 'snapshotDir', value: undefined, why: 'not an option of AsyncTTLCache' },
  ]);
});

it('says nothing of an option that is there and left out', () => {
  const leftOut: object = { numShards: undefined, clock: undefined };
  expect(improvedOptionsFrom(leftOut).withoutCounterpart).toEqual([]);
});

it.each<AsyncTTLCacheOptions>([
  { ttlSeconds: 0 },
  { ttlSeconds: Infinity },
  { cleanupInterval: NaN },
  { numShards: 1.5 },
  { maxEntries: '5' as unknown as number },
  { maxMemoryMb: -1 },
])('refuses %j in the words of the constructor', (options) => {
  const refusal = thrownBy(() => new AsyncTTLCache(options));
  expect(refusal).toBeInstanceOf(RangeError);
  expect(thrownBy(() => improvedOptionsFrom(options))).toEqual(refusal);
});

describe('the new cache with these options', () => {
  function setUp(options: AsyncTTLCacheOptions) {
    const clock = new ManualClock(1_000_000);
    return {
      clock,
      cache: new ImprovedAsyncCache(improvedOptionsFrom({ clock, ...options }).options),
    };
  }

  it('slides, from the old default lifetime on', async () => {
    const { clock, cache } = setUp({});
    await cache.set('key', 1);
    clock.advance(59_999);
    expect(await cache.get('key')).toBe(1);
    clock.advance(59_999);
    expect(await cache.get('key')).toBe(1);
    clock.advance(60_000);
    expect(await cache.get('key')).toBeUndefined();
    await cache.shutdown();
  });

  it('keeps the old bounds', async () => {
    const { cache } = setUp({ maxEntries: 2, maxMemoryMb: 0.001 });
    await cache.set('key1', 1);
    await cache.set('key2', 2);
    await cache.get('key1');
    await cache.set('key3', 3);
    expect((await cache.getKeys()).sort()).toEqual(['key1', 'key3']);
    await expect(cache.set('key', 'x'.repeat(520))).resolves.toBeUndefined();
    await expect(cache.set('key', 'x'.repeat(522))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await cache.shutdown();
  });

  it('takes bounds and intervals that have no end', async () => {
    const { cache } = setUp({
      maxEntries: Infinity,
      maxMemoryMb: Infinity,
      cleanupInterval: Infinity,
    });
    await cache.set('key', 1);
    expect(await cache.get('key')).toBe(1);
    await cache.shutdown();
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
