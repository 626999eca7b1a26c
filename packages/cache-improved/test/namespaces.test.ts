import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import {
  ImprovedAsyncCache,
  MemoryStorage,
  type ImprovedAsyncCacheOptions,
  type Removal,
} from '../src/index.js';
import { settled } from './fixtures/controlled-factory.js';
import { RemoteStorage } from './fixtures/remote-storage.js';

function setUp(options: ImprovedAsyncCacheOptions<unknown> = {}) {
  const clock = new ManualClock(1_000_000);
  const cache = new ImprovedAsyncCache({ clock, ...options });
  return { clock, cache };
}

async function contents(cache: ImprovedAsyncCache): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const { key, value } of cache.entries()) found[key] = value;
  expect(Object.keys(found).sort()).toEqual((await cache.getKeys()).sort());
  expect(await cache.size()).toBe(Object.keys(found).length);
  return found;
}

async function withThree() {
  const { cache, clock } = setUp();
  await cache.set('before', 0);
  const jobs = cache.namespace('jobs');
  const deep = jobs.namespace('deep');
  const all = { cache, jobs, deep };
  for (const [name, each] of Object.entries(all)) await each.set('key', name);
  return { ...all, clock };
}

describe('a namespace', () => {
  it('has its own keys', async () => {
    const { cache, jobs, deep } = await withThree();
    expect(await contents(cache)).toEqual({ before: 0, key: 'cache' });
    expect(await contents(jobs)).toEqual({ key: 'jobs' });
    expect(await contents(deep)).toEqual({ key: 'deep' });
    expect(cache.namespace('jobs')).toBe(jobs);
    expect(cache.namespace('deep')).not.toBe(deep);
  });

  it.each(['cache', 'jobs', 'deep'] as const)(
    'is not touched by a clear of another: %s',
    async (which) => {
      const all = await withThree();
      await all[which].clear();
      for (const name of ['cache', 'jobs', 'deep'] as const) {
        expect(await all[name].get('key')).toBe(name === which ? undefined : name);
      }
      expect(await all[which].size()).toBe(0);
    },
  );

  it('has statistics, tags and loads of its own', async () => {
    const { cache, jobs } = await withThree();
    await jobs.get('key');
    await jobs.set('tagged', 1, { tags: ['x'] });
    await cache.set('tagged', 1, { tags: ['x'] });
    await jobs.getOrSet('loaded', () => 1);
    expect(await jobs.getStats()).toMatchObject({ hits: 1, misses: 1, sets: 3, size: 3 });
    expect(await cache.getStats()).toMatchObject({ hits: 0, misses: 0, sets: 3, size: 3 });
    expect(await jobs.deleteByTag('x')).toBe(1);
    expect(await cache.has('tagged')).toBe(true);
    expect(cache.getLoadStats().loads).toBe(0);
  });

  it('shares the bounds', async () => {
    const { cache } = setUp({ maxEntries: 3, policy: 'lru' });
    const jobs = cache.namespace('jobs');
    await cache.set('a', 1);
    for (const key of ['a', 'b', 'c']) await jobs.set(key, key);
    expect(await contents(cache)).toEqual({});
    expect(await contents(jobs)).toEqual({ a: 'a', b: 'b', c: 'c' });
    expect((await cache.getStats()).evictions).toBe(1);
    expect((await jobs.getStats()).evictions).toBe(0);
  });

  it('has lifetimes, loading and a listener of its own, or those of the cache', async () => {
    const told: Removal<unknown>[] = [];
    const { cache, clock } = setUp({ defaultTtl: 100, loading: { negativeTtl: 0 } });
    const brief = cache.namespace('brief', {
      defaultTtl: 10,
      onRemoval: (gone) => told.push(gone),
    });
    const same = cache.namespace('same');
    for (const each of [cache, brief, same]) await each.set('key', 1);
    clock.advance(10);
    expect(await contents(brief)).toEqual({});
    expect(await contents(same)).toEqual({ key: 1 });
    await brief.set('key', 2);
    await brief.clear();
    await settled();
    expect(told.map(({ key, reason }) => [key, reason])).toEqual([
      ['key', 'expire'],
      ['key', 'clear'],
    ]);
    await expect(same.getOrSet('new', () => Promise.reject(new Error('boom')))).rejects.toThrow();
    expect(await same.getOrSet('new', () => 1)).toBe(1);
  });

  it('weighs with the key that its caller wrote', async () => {
    const keys: string[] = [];
    const { cache } = setUp({ maxBytes: 10, sizeOf: (_value, key) => keys.push(key) && 1 });
    await cache.namespace('jobs').namespace('deep').set('key', 1);
    expect(new Set(keys)).toEqual(new Set(['key']));
  });

  it('ends alone, without its entries, and opens again', async () => {
    const { cache, jobs, deep, clock } = await withThree();
    await jobs.shutdown();
    await expect(jobs.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    await expect(deep.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    expect(await contents(cache)).toEqual({ before: 0, key: 'cache' });
    await jobs.initialize();
    expect(await contents(jobs)).toEqual({});
    await jobs.set('key', 'again');
    expect(await contents(jobs)).toEqual({ key: 'again' });
    await cache.shutdown();
    await expect(jobs.get('key')).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('needs a name that a key may be, and a storage in the process', () => {
    const { cache } = setUp();
    expect(() => cache.namespace('')).toThrow(/expected a key/);
    const storage = new RemoteStorage(new MemoryStorage());
    expect(() => new ImprovedAsyncCache({ storage }).namespace('jobs')).toThrow(
      /storage in the process/,
    );
  });
});

it('leaves the bounds of the whole to who made it', async () => {
  const { cache } = setUp({ maxEntries: 10 });
  const jobs = cache.namespace('jobs');
  cache.resize({ maxEntries: 3 });
  expect(cache.capabilities.maxEntries).toBe(3);
  expect(jobs.capabilities.maxEntries).toBe(3);
  for (let index = 0; index < 5; index += 1) await jobs.set(`${index}`, index);
  expect(await jobs.size()).toBe(3);
  expect(() => jobs.resize({ maxEntries: 5 })).toThrow(/resize/);
});

it('is open again with its cache', async () => {
  const { cache } = setUp();
  const jobs = cache.namespace('jobs');
  await cache.shutdown();
  await cache.initialize();
  await cache.namespace('jobs').set('key', 1);
  expect(await jobs.get('key')).toBe(1);
  await cache.shutdown();
});
