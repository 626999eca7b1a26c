import { CacheError } from '@resync/cache-contract';
import { describe, expect, it, vi } from 'vitest';
import type { ImprovedAsyncCache } from '../../src/index.js';
import { settled } from '../fixtures/controlled-factory.js';
import { loadingSetUp } from '../fixtures/loading-set-up.js';

describe('one load', () => {
  it('is made where nothing is there, and stored', async () => {
    const { cache, clock } = loadingSetUp();
    const factory = vi.fn(() => 'loaded');
    expect(await cache.getOrSet('key', factory, { ttl: 50 })).toBe('loaded');
    expect(await cache.getOrSet('key', factory)).toBe('loaded');
    expect(factory).toHaveBeenCalledTimes(1);
    expect(await cache.lookup('key')).toEqual({
      kind: 'hit',
      value: 'loaded',
      expiresAt: clock.now() + 50,
    });
    expect(await cache.getStats()).toMatchObject({ hits: 2, misses: 1, sets: 1 });
  });

  it('is shared by all who ask at once', async () => {
    const { cache, factory } = loadingSetUp();
    const answers = Promise.all([1, 2, 3].map(() => cache.getOrSet('key', factory.call)));
    factory.load().give('loaded');
    expect(await answers).toEqual(['loaded', 'loaded', 'loaded']);
    expect(factory.loads).toHaveLength(1);
    expect(cache.getLoadStats()).toMatchObject({ loads: 1, joined: 2 });
  });

  it('takes null as a value', async () => {
    const { cache } = loadingSetUp();
    const factory = vi.fn(() => null);
    expect(await cache.getOrSet('key', factory)).toBeNull();
    expect(await cache.getOrSet('key', factory)).toBeNull();
    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('lives as long as its factory says, and is not stored at all with 0', async () => {
    const { cache, clock } = loadingSetUp();
    await cache.getOrSet('short', ({ setTtl }) => (setTtl(5), 1), { ttl: 500 });
    clock.advance(5);
    expect(await cache.has('short')).toBe(false);
    expect(await cache.getOrSet('never', ({ setTtl }) => (setTtl(0), 1))).toBe(1);
    expect(await cache.has('never')).toBe(false);
  });

  it.each([
    ['undefined', () => undefined, 'INVALID_VALUE'],
    ['a ttl of -1', ({ setTtl }: { setTtl: (ttl: number) => void }) => setTtl(-1), 'INVALID_TTL'],
  ])('refuses %s', async (_what, factory, code) => {
    const { cache } = loadingSetUp();
    await expect(cache.getOrSet('key', factory)).rejects.toMatchObject({ code });
    expect(await cache.size()).toBe(0);
  });

  it('is handed over though the storage refuses it', async () => {
    const { cache } = loadingSetUp({ maxBytes: 10, sizeOf: () => 11 });
    expect(await cache.getOrSet('key', () => 'heavy')).toBe('heavy');
    expect(cache.getLoadStats().unstored).toBe(1);
  });
});

describe('a write during a load wins', () => {
  it.each<[string, (cache: ImprovedAsyncCache) => Promise<unknown>, unknown]>([
    ['a set', (cache) => cache.set('key', 'newer'), 'newer'],
    ['a delete', (cache) => cache.delete('key'), undefined],
    ['a clear', (cache) => cache.clear(), undefined],
    [
      'a set and a delete',
      (cache) => cache.set('key', 1).then(() => cache.delete('key')),
      undefined,
    ],
    ['a set that ends at once', (cache) => cache.set('key', 1, { ttl: 0 }), undefined],
    ['an add', (cache) => cache.add('key', 'newer'), 'newer'],
    ['setMany', (cache) => cache.setMany([{ key: 'key', value: 'newer' }]), 'newer'],
    ['deleteMany', (cache) => cache.deleteMany(['key']), undefined],
    ['deleteByTag', (cache) => cache.deleteByTag('tag'), undefined],
  ])('%s', async (_what, write, expected) => {
    const { cache, factory } = loadingSetUp();
    const early = cache.getOrSet('key', factory.call, { tags: ['tag'] });
    await write(cache);
    const late = cache.getOrSet('key', factory.call);
    factory.load(0).give('old');
    expect(await early).toBe('old');
    expect(await cache.get('key')).toBe(expected);
    expect(cache.getLoadStats().overtaken).toBe(1);
    if (expected === undefined) factory.load(1).give('new');
    expect(await late).toBe(expected ?? 'new');
  });

  it('but not one of another key, and no eviction', async () => {
    const { cache, factory } = loadingSetUp({ maxEntries: 1 });
    const answer = cache.getOrSet('key', factory.call);
    await cache.set('other', 1);
    await cache.set('another', 1);
    factory.load().give('loaded');
    expect(await answer).toBe('loaded');
    expect(await cache.get('key')).toBe('loaded');
  });

  it('and the value is not stored after a shutdown, whose callers are told', async () => {
    const { cache, factory } = loadingSetUp();
    const answer = cache.getOrSet('key', factory.call, { hardTimeout: 50 });
    const { signal } = factory.load().context;
    await cache.shutdown();
    await expect(answer).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    expect(signal.aborted).toBe(true);
    await cache.initialize();
    factory.load().give('old');
    await settled();
    expect(await cache.size()).toBe(0);
  });
});

describe('options', () => {
  it.each([
    { grace: -1 },
    { grace: Infinity },
    { softTimeout: NaN },
    { hardTimeout: 0 },
    { softTimeout: 10, hardTimeout: 10 },
    { eagerRefresh: 0 },
    { eagerRefresh: 1 },
    { negativeTtl: -1 },
    { maxNegativeTtl: Infinity },
  ])('refuses %j, of a call and of the cache', async (loading) => {
    const { cache, factory } = loadingSetUp();
    const refused = { code: 'INVALID_OPTION' };
    await expect(cache.getOrSet('key', factory.call, loading)).rejects.toMatchObject(refused);
    await expect(cache.getOrSetMany(['key'], () => [], loading)).rejects.toMatchObject(refused);
    expect(() => loadingSetUp({ loading })).toThrow(CacheError);
    expect(factory.loads).toHaveLength(0);
  });

  it.each([{ grace: 10 }, { eagerRefresh: 0.5 }])(
    'refuses %j with sliding expiry, which has no fixed end',
    async (loading) => {
      expect(() => loadingSetUp({ expiry: 'sliding', loading })).toThrow(/absolute expiry/);
    },
  );

  it('refuses a ttl before it loads', async () => {
    const { cache, factory } = loadingSetUp();
    await expect(cache.getOrSet('key', factory.call, { ttl: -1 })).rejects.toMatchObject({
      code: 'INVALID_TTL',
    });
    expect(factory.loads).toHaveLength(0);
  });
});
