import { CacheError, type Cache, type CacheStats } from '@resync/cache-contract';
import { ChaosCache, ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, legacyCache, legacyFacade, type LegacyFacade } from '../src/index.js';

function setUp() {
  const clock = new ManualClock(1_000_000);
  const inner = new AsyncTTLCache({ clock, ttlSeconds: 60 });
  return { clock, inner, cache: legacyCache(inner) };
}

/** What a set came to: when the entry ends, or the kind of error. */
async function outcomeOf(set: () => Promise<void>, expiry: () => number | undefined) {
  try {
    await set();
    return expiry();
  } catch (error) {
    return error instanceof Error ? error.constructor : error;
  }
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

  it('has exact figures without waiting, in all the fields of the old cache', async () => {
    const { inner, cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set('a', 1);
    await facade.set('b', 1);
    expect(facade.size()).toBe(2);
    await facade.delete('b');
    await facade.get('nobody');
    const metrics = facade.getDetailedMetrics();
    expect(metrics).toEqual({
      size: 1,
      num_shards: 1,
      ttl_seconds: 60,
      cleanup_interval: null,
      hits: 0,
      misses: 1,
      sets: 2,
      evictions: 1,
      cleanup_cycles: null,
      hit_rate: 0,
      miss_rate: 1,
      eviction_rate: 0.5,
      shard_distribution: [1],
      is_running: true,
      health_status: 'healthy',
      calls_since: 0,
    });
    const old = Object.keys(inner.getDetailedMetrics());
    expect(Object.keys(metrics).sort()).toEqual([...old, 'calls_since'].sort());
  });

  it('tells of bounds that are not kept, where the cache tells its bounds', () => {
    const { cache } = setUp();
    const over = (capabilities: object, stats: Partial<CacheStats>) =>
      legacyFacade(
        Object.assign(Object.create(cache) as Cache, {
          capabilities: { ...cache.capabilities, ...capabilities },
          statsNow: () => ({ ...cache.statsNow(), ...stats }),
        }),
      ).getDetailedMetrics().health_status;
    expect(over({ maxEntries: 2 }, { size: 3 })).toBe('over_limit');
    expect(over({ maxBytes: 2 }, { bytes: 3 })).toBe('over_limit');
    expect(over({ maxEntries: 2, maxBytes: 2 }, { size: 2, bytes: 2 })).toBe('healthy');
    expect(over({}, { size: 3, bytes: 3 })).toBe('healthy');
  });

  it('counts what was deleted, evicted and expired together', () => {
    const { cache } = setUp();
    const stats = { ...cache.statsNow(), sets: 14, deletes: 1, evictions: 2, expirations: 4 };
    const used = Object.assign(Object.create(cache) as Cache, {
      capabilities: cache.capabilities,
      statsNow: () => stats,
    });
    expect(legacyFacade(used).getDetailedMetrics()).toMatchObject({
      evictions: 7,
      eviction_rate: 0.5,
    });
  });

  it('has rates of 0 before the first call', () => {
    expect(legacyFacade(setUp().cache).getDetailedMetrics()).toMatchObject({
      hit_rate: 0,
      miss_rate: 0,
      eviction_rate: 0,
    });
  });

  it('tells no default lifetime where the cache tells none', () => {
    const { cache } = setUp();
    const silent = Object.assign(Object.create(cache) as Cache, {
      capabilities: { expiry: 'sliding', shared: false, leases: false, normalises: [] },
    });
    expect(legacyFacade(silent).getDetailedMetrics().ttl_seconds).toBeNull();
  });
});

describe('a lifetime', () => {
  async function bothOutcomes(ttlSeconds: unknown) {
    const { inner, cache } = setUp();
    const facade = legacyFacade(cache);
    const ttl = ttlSeconds as number;
    const expiry = () => inner.peek('key')?.expiresAt;
    const old = await outcomeOf(() => inner.set('key', 1, ttl), expiry);
    await inner.clear();
    return { old, facade: await outcomeOf(() => facade.set('key', 1, ttl), expiry) };
  }

  it.each([
    [-1, RangeError],
    [366 * 24 * 3600, RangeError],
    [Infinity, RangeError],
    [NaN, TypeError],
    ['5', TypeError],
    [null, TypeError],
    [0, undefined],
    [0.0701, 1_000_071],
    [undefined, 1_060_000],
  ])('of %s s comes to what it comes to in the old cache', async (ttl, outcome) => {
    expect(await bothOutcomes(ttl)).toEqual({ old: outcome, facade: outcome });
  });

  it('of any other kind does so as well', async () => {
    const seconds = fc.oneof(fc.double(), fc.double({ min: 0, max: 4e7 }), fc.anything());
    await fc.assert(
      fc.asyncProperty(seconds, async (ttl) => {
        const { old, facade } = await bothOutcomes(ttl);
        expect(facade).toBe(old);
      }),
    );
  });

  it('of 0 s expires at once, and takes the old value with it', async () => {
    const facade = legacyFacade(setUp().cache);
    await facade.set('key', 'old');
    await facade.set('key', 'new', 0);
    expect(await facade.get('key')).toBeNull();
  });
});

describe('the errors are of the old kind:', () => {
  it.each<[string, unknown, unknown, new () => Error]>([
    ['no key', null, 1, TypeError],
    ['an empty key', '', 1, RangeError],
    ['a key too long', 'x'.repeat(1001), 1, RangeError],
    ['a key with NUL', 'a\0', 1, RangeError],
    ['a key that only the contract refuses', '\ud800', 1, RangeError],
    ['null', 'key', null, TypeError],
    ['a value over the bounds', 'key', 'x'.repeat(1000), RangeError],
  ])('%s', async (_, key, value, kind) => {
    const { clock } = setUp();
    const cache = new ImprovedAsyncCache({
      clock,
      maxBytes: 100,
      sizeOf: (text) => String(text).length,
    });
    const facade = legacyFacade(cache);
    await expect(facade.set(key, value)).rejects.toThrow(kind);
    expect(await cache.getKeys()).toEqual([]);
    await cache.shutdown();
  });

  it('and a cause lies beneath where the cache itself refused', async () => {
    const facade = legacyFacade(setUp().cache);
    const read = facade.get('\ud800');
    await expect(read).rejects.toBeInstanceOf(RangeError);
    await expect(read).rejects.toMatchObject({ cause: { code: 'INVALID_KEY' } });
    await expect(facade.delete('\ud800')).rejects.toThrow(RangeError);
  });

  it('and what the old cache had no error for stays as it is', async () => {
    const chaos = new ChaosCache(setUp().cache);
    const error = new CacheError('BACKEND', 'no connection');
    chaos.inject({ kind: 'fail', error });
    await expect(legacyFacade(chaos).get('key')).rejects.toBe(error);
  });
});

it('takes the keys that the old cache took', async () => {
  const facade = legacyFacade(setUp().cache);
  await facade.set(1, 'one');
  expect(await facade.get('1')).toBe('one');
  expect(await facade.delete(1)).toBe(true);
});

describe('after stop', () => {
  const USES: [string, (facade: LegacyFacade<unknown>) => Promise<unknown>][] = [
    ['get', (facade) => facade.get('a')],
    ['set', (facade) => facade.set('a', 1)],
    ['delete', (facade) => facade.delete('a')],
    ['clear', (facade) => facade.clear()],
    ['rollbackTransaction', (facade) => facade.rollbackTransaction([])],
  ];

  it.each(USES)('%s says that the cache cannot start again', async (_, use) => {
    const facade = legacyFacade(setUp().cache);
    await facade.stop();
    const used = use(facade);
    await expect(used).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    await expect(used).rejects.toThrow(/cannot start again on use as the old cache did/);
  });

  it.each(USES.slice(0, 4))('by somebody else, %s says so too', async (_, use) => {
    const { cache } = setUp();
    const facade = legacyFacade(cache);
    await cache.shutdown();
    await expect(use(facade)).rejects.toThrow(/cannot start again on use as the old cache did/);
    expect(() => facade.size()).toThrow(/cannot start again/);
  });

  it('the figures are those of the last moment', async () => {
    const { clock, cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set('a', 1);
    await facade.stop();
    await facade.stop();
    expect(facade.size()).toBe(1);
    expect(facade.getDetailedMetrics()).toMatchObject({
      is_running: false,
      health_status: 'stopped',
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it('by somebody else, it stops all the same', async () => {
    const { cache } = setUp();
    const facade = legacyFacade(cache);
    await cache.shutdown();
    await facade.stop();
    expect(facade.size()).toBe(0);
  });
});

describe('the health check', () => {
  it('judges a full cache and leaves no trace in it', async () => {
    const { clock } = setUp();
    const cache = new ImprovedAsyncCache({ clock, maxEntries: 2, defaultTtl: 5000 });
    const facade = legacyFacade(cache);
    await facade.set('a', 1);
    await facade.set('b', 1);
    await facade.get('a');
    const before = await cache.getStats();
    expect(await facade.healthCheck()).toEqual({
      status: 'healthy',
      component: 'async_cache',
      production_ready: true,
      size: 2,
      num_shards: 1,
      shard_sizes: [2],
      cleanup_status: 'running',
      ttl_seconds: 5,
      hit_rate: 1,
      bounds_compliant: true,
    });
    expect(await cache.getStats()).toEqual(before);
    await facade.stop();
  });

  it('is critical over a cache that fails, with the figures of the last answer', async () => {
    const chaos = new ChaosCache(setUp().cache);
    const facade = legacyFacade(chaos);
    await facade.set('a', 1);
    await facade.get('a');
    chaos.inject({ kind: 'fail' });
    expect(await facade.healthCheck()).toMatchObject({
      status: 'critical',
      production_ready: false,
      error: 'the probe failed: injected fault',
      size: 1,
    });
    chaos.heal();
    await facade.stop();
  });

  it('is critical where an entry is there that nobody set', async () => {
    const { cache } = setUp();
    const lying = Object.assign(Object.create(cache) as Cache, {
      capabilities: cache.capabilities,
      has: async () => true,
      getStats: () => cache.getStats(),
    });
    expect(await legacyFacade(lying).healthCheck()).toMatchObject({
      status: 'critical',
      error: expect.stringContaining('that nobody set') as unknown,
    });
  });

  it.each(['set', 'get', 'delete'] as const)('is critical where only %s fails', async (name) => {
    const chaos = new ChaosCache(setUp().cache);
    chaos.inject({ kind: 'fail' }, { operations: [name] });
    expect(await legacyFacade(chaos).healthCheck()).toMatchObject({ status: 'critical' });
  });

  it('is critical where what was set cannot be got', async () => {
    const { cache } = setUp();
    const forgetful = Object.assign(Object.create(cache) as Cache, {
      capabilities: cache.capabilities,
      has: async () => false,
      set: async () => undefined,
      get: async () => undefined,
      delete: async () => true,
      getStats: () => cache.getStats(),
    });
    expect(await legacyFacade(forgetful).healthCheck()).toMatchObject({
      status: 'critical',
      error: expect.stringContaining('could not be got') as unknown,
    });
  });

  it('leaves nothing behind where there is room', async () => {
    const { cache } = setUp();
    await legacyFacade(cache).healthCheck();
    expect(await cache.size()).toBe(0);
    expect(await cache.getStats()).toMatchObject({ sets: 1, hits: 1, deletes: 1 });
  });

  it('is critical after stop, whoever stopped', async () => {
    const { cache } = setUp();
    const facade = legacyFacade(cache);
    await facade.set('a', 1);
    await cache.shutdown();
    expect(await facade.healthCheck()).toMatchObject({ status: 'critical' });
    await facade.stop();
    expect(await facade.healthCheck()).toMatchObject({
      status: 'critical',
      cleanup_status: 'stopped',
      error: expect.stringContaining('cannot start again') as unknown,
    });
  });
});

it('rejects where the cache fails while it undoes, the later operations being undone', async () => {
  const { cache } = setUp();
  const small = new ImprovedAsyncCache({ maxBytes: 10, sizeOf: (text) => String(text).length });
  await small.set('a', 'new');
  await small.set('b', 'new');
  const facade = legacyFacade(small);
  const undone = facade.rollbackTransaction([
    { operation: 'set', key: 'a', previous_value: 'old' },
    { operation: 'delete', key: 'c', previous_value: 'x'.repeat(11) },
    { operation: 'set', key: 'b', previous_value: 'old' },
  ]);
  await expect(undone).rejects.toThrow(RangeError);
  expect(await facade.get('a')).toBe('new');
  expect(await facade.get('b')).toBe('old');
  await small.shutdown();
  await cache.shutdown();
});
