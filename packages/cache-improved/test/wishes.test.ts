/** What users of other caches asked for and found nowhere, by its name in each test. */
import { ManualClock } from '@resync/cache-contract/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { ImprovedAsyncCache } from '../src/index.js';
import { ControlledFactory, settled } from './fixtures/controlled-factory.js';

afterEach(() => {
  vi.useRealTimers();
});

it('failure single-flight with back-off and a negative TTL', async () => {
  const clock = new ManualClock(1_000_000);
  const cache = new ImprovedAsyncCache({ clock, random: () => 1, loading: { negativeTtl: 100 } });
  const boom = new Error('boom');
  const factory = vi.fn(() => Promise.reject(boom));
  const ask = (): Promise<unknown[]> =>
    Promise.all(
      Array.from({ length: 10 }, () =>
        cache.getOrSet('key', factory).catch((error: unknown) => error),
      ),
    );
  expect(new Set(await ask())).toEqual(new Set([boom]));
  clock.advance(99);
  await ask();
  expect(factory).toHaveBeenCalledTimes(1);
  clock.advance(1);
  await ask();
  clock.advance(199);
  await ask();
  expect(factory).toHaveBeenCalledTimes(2);
});

it('getOrSetMany', async () => {
  const cache = new ImprovedAsyncCache();
  const factory = vi.fn((keys: readonly string[]) => keys.map((key) => [key, key] as const));
  await cache.set('a', 'there');
  const found = await cache.getOrSetMany(['a', 'b', 'c'], factory);
  expect(Object.fromEntries(found)).toEqual({ a: 'there', b: 'b', c: 'c' });
  expect(factory.mock.calls.map(([keys]) => keys)).toEqual([['b', 'c']]);
});

it('byte bounds that evict without forced serialisation', async () => {
  const cache = new ImprovedAsyncCache<{ size: number; self?: unknown }>({
    maxBytes: 100,
    sizeOf: ({ size }) => size,
  });
  const circular: { size: number; self?: unknown } = { size: 60 };
  circular.self = circular;
  await cache.set('a', { size: 60 });
  await cache.set('b', circular);
  expect(await cache.get('b')).toBe(circular);
  expect(await cache.getStats()).toMatchObject({ size: 1, bytes: 60, evictions: 1 });
});

it('hit distinguishable from cached null', async () => {
  const cache = new ImprovedAsyncCache();
  await cache.set('nothing', null);
  expect(await cache.get('nothing')).toBeNull();
  expect(await cache.get('nobody')).toBeUndefined();
  expect(await cache.lookup('nothing')).toMatchObject({ kind: 'hit', value: null });
  expect(await cache.lookup('nobody')).toEqual({ kind: 'miss' });
  const factory = vi.fn(() => 1);
  expect(await cache.getOrSet('nothing', factory)).toBeNull();
  expect(factory).not.toHaveBeenCalled();
});

it('timers that work with fake clocks', async () => {
  const cache = new ImprovedAsyncCache({ defaultTtl: 1000, cleanupInterval: 5000 });
  vi.useFakeTimers();
  await cache.set('key', 1);
  await vi.advanceTimersByTimeAsync(999);
  expect(await cache.get('key')).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await cache.get('key')).toBeUndefined();
  await cache.set('nobody reads it', 1);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await cache.getStats()).expirations).toBe(2);
  const hangs = (): Promise<never> => new Promise(() => undefined);
  const answer = cache.getOrSet('slow', hangs, { hardTimeout: 100 });
  const failure = answer.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  expect(await failure).toMatchObject({ code: 'LOAD_TIMEOUT' });
  await cache.shutdown();
  expect(vi.getTimerCount()).toBe(0);
});

it('loads that survive eviction', async () => {
  const cache = new ImprovedAsyncCache({ maxEntries: 2, policy: 'lru' });
  const factory = new ControlledFactory();
  const answers = Promise.all(['a', 'b', 'c'].map((key) => cache.getOrSet(key, factory.call)));
  for (const key of ['x', 'y', 'z']) await cache.set(key, key);
  for (const load of factory.loads) load.give(load.context.key);
  expect(await answers).toEqual(['a', 'b', 'c']);
  expect((await cache.getKeys()).sort()).toEqual(['b', 'c']);
});

it('early refresh in proportion', async () => {
  const clock = new ManualClock(1_000_000);
  const cache = new ImprovedAsyncCache({ clock, loading: { eagerRefresh: 0.9 } });
  for (const ttl of [100, 10_000]) {
    const key = `lives ${ttl} ms`;
    const factory = vi.fn(() => 'loaded');
    await cache.getOrSet(key, factory, { ttl });
    clock.advance(ttl * 0.9 - 1);
    await cache.getOrSet(key, factory, { ttl });
    expect(factory).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await cache.getOrSet(key, factory, { ttl });
    expect(factory).toHaveBeenCalledTimes(2);
  }
});

it('Symbol.asyncDispose', async () => {
  let kept: ImprovedAsyncCache;
  {
    await using cache = new ImprovedAsyncCache();
    await cache.set('key', 1);
    kept = cache;
  }
  await expect(kept.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
});

it('factory errors are not swallowed', async () => {
  const cache = new ImprovedAsyncCache();
  const boom = new Error('boom');
  await expect(cache.getOrSet('key', () => Promise.reject(boom))).rejects.toBe(boom);
});

it('warm restart', async () => {
  const before = new ImprovedAsyncCache();
  await before.set('key', { state: 'EXEC' });
  const after = new ImprovedAsyncCache();
  expect(await after.restore(before.snapshot())).toMatchObject({ restored: 1, isWhole: true });
  expect(await after.lookup('key')).toEqual(await before.lookup('key'));
  await settled();
});

it('bounds that change while the cache runs', async () => {
  const cache = new ImprovedAsyncCache({ maxEntries: 4 });
  for (const key of ['a', 'b', 'c', 'd']) await cache.set(key, key);
  cache.resize({ maxEntries: 2 });
  expect(await cache.size()).toBe(2);
  expect(cache.capabilities.maxEntries).toBe(2);
  expect((await cache.getStats()).evictions).toBe(2);
  expect(() => cache.resize({ maxEntries: 0 })).toThrow(/maxEntries/);
  await cache.shutdown();
});

it('TTL jitter, so that what was written together does not end together', async () => {
  const clock = new ManualClock(1_000_000);
  const rolls = [0, 0.5, 1 - 2 ** -20];
  const cache = new ImprovedAsyncCache({ clock, jitter: 0.2, random: () => rolls.shift() ?? 0.5 });
  // The first number is for the seed of the keys' hashes.
  const ends = [];
  for (const key of ['a', 'b']) {
    await cache.set(key, key, { ttl: 1000 });
    const found = await cache.lookup(key);
    ends.push(found.kind === 'hit' && found.expiresAt);
  }
  expect(new Set(ends).size).toBe(2);
  for (const end of ends) {
    expect(end).toBeGreaterThanOrEqual(1_000_800);
    expect(end).toBeLessThanOrEqual(1_001_000);
  }
  expect(() => new ImprovedAsyncCache({ jitter: 2 })).toThrow(/jitter/);
  await cache.shutdown();
});
