import { CacheError } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import {
  ImprovedAsyncCache,
  MemoryStorage,
  type CacheStorage,
  type ImprovedAsyncCacheOptions,
} from '../src/index.js';

function setUp(options: ImprovedAsyncCacheOptions<unknown> = {}) {
  const clock = new ManualClock(1_000_000);
  return { clock, cache: new ImprovedAsyncCache({ clock, cleanupInterval: 100, ...options }) };
}

it('removes expired entries that nobody reads', async () => {
  const { clock, cache } = setUp();
  await cache.set('key', 1, { ttl: 50 });
  clock.advance(100);
  expect(await cache.getStats()).toMatchObject({ expirations: 1, size: 0 });
});

it('cleans up after each interval, though nobody calls', async () => {
  const clock = new ManualClock(1_000_000);
  const storage = new MemoryStorage({ clock, sizeOf: () => 1 });
  const { cache } = setUp({ clock, storage });
  await cache.set('short', 1, { ttl: 50 });
  await cache.set('long', 1, { ttl: 150 });
  clock.advance(100);
  expect(storage.bytes()).toBe(1);
  clock.advance(100);
  expect(storage.bytes()).toBe(0);
  await cache.shutdown();
});

it('cleans up again after shutdown and initialize', async () => {
  const { clock, cache } = setUp();
  await cache.set('before', 1);
  await cache.shutdown();
  expect(clock.pendingTimers).toBe(0);
  await cache.initialize();
  expect(await cache.get('before')).toBeUndefined();
  await cache.set('key', 1, { ttl: 50 });
  clock.advance(100);
  expect((await cache.getStats()).expirations).toBe(1);
});

it('counts evictions, and weighs where it is told how', async () => {
  const { cache } = setUp({ maxBytes: 10, sizeOf: () => 5 });
  for (const key of ['a', 'b', 'c']) await cache.set(key, key);
  expect(await cache.getStats()).toMatchObject({ evictions: 1, size: 2, bytes: 10 });
  expect(cache.statsNow()).toEqual(await cache.getStats());
});

it('does not count a set that the storage refuses', async () => {
  const { cache } = setUp({ maxBytes: 10, sizeOf: () => 11 });
  await expect(cache.set('key', 1)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(await cache.getStats()).toMatchObject({ sets: 0, size: 0 });
});

it('tells the bounds that it keeps, and no others', () => {
  const { capabilities } = setUp({ maxEntries: 5, maxBytes: 10, sizeOf: () => 1 }).cache;
  expect(capabilities).toMatchObject({ maxEntries: 5, maxBytes: 10 });
  expect(setUp().cache.capabilities).not.toHaveProperty('maxBytes');
});

it('schedules nothing over a storage that expires by itself', async () => {
  const inner = new MemoryStorage();
  const storage: CacheStorage<unknown> = {
    traits: { ...inner.traits, local: false },
    get: (key) => inner.get(key),
    lookup: (key) => inner.lookup(key),
    has: (key) => inner.has(key),
    set: async (key, value, lifetime) => inner.set(key, value, lifetime),
    delete: (key) => inner.delete(key),
    clear: () => inner.clear(),
    size: async () => inner.size(),
    getKeys: () => inner.getKeys(),
    close: () => inner.close(),
  };
  const { clock, cache } = setUp({ storage });
  await cache.initialize();
  await cache.set('key', 1);
  expect(clock.pendingTimers).toBe(0);
  expect(cache.capabilities.statsNow).toBe(false);
  expect(() => cache.statsNow()).toThrow(CacheError);
});

it('refuses options that belong to the storage which it is given', () => {
  expect(() => setUp({ storage: new MemoryStorage(), maxEntries: 5 })).toThrow(
    /maxEntries on the storage itself/,
  );
});

it.each([{ defaultTtl: -1 }, { cleanupInterval: 0 }, { cleanupInterval: Infinity }])(
  'refuses %j',
  (options) => {
    expect(() => setUp(options)).toThrow(CacheError);
  },
);

it('refuses a batch with an entry that is too heavy whole', async () => {
  const { cache } = setUp({ maxBytes: 10, sizeOf: (value) => Number(value) });
  await cache.set('a', 1);
  const batch = [
    { key: 'a', value: 2 },
    { key: 'b', value: 11 },
  ];
  await expect(cache.setMany(batch)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(await cache.getMany(['a', 'b'])).toEqual(new Map([['a', 1]]));
});

it('starts no clean-up for a write that ends after the shutdown', async () => {
  const { clock, cache } = setUp();
  const added = cache.add('key', 1);
  const closed = cache.shutdown();
  await Promise.all([added, closed]);
  expect(clock.pendingTimers).toBe(0);
});
