import { describe, expect, it, vi } from 'vitest';
import type { ImprovedAsyncCache, ImprovedAsyncCacheOptions } from '../../src/index.js';
import { settled } from '../fixtures/controlled-factory.js';
import { loadingSetUp } from '../fixtures/loading-set-up.js';

describe('a value in its grace', () => {
  const boom = new Error('boom');

  async function expired(options: ImprovedAsyncCacheOptions<unknown> = {}) {
    const parts = loadingSetUp({ loading: { grace: 500, negativeTtl: 100 }, ...options });
    await parts.cache.getOrSet('key', () => 'old', { ttl: 100, tags: ['tag'] });
    parts.clock.advance(100);
    return parts;
  }

  it('is seen by nothing but loads', async () => {
    const { cache } = await expired();
    expect(await cache.get('key')).toBeUndefined();
    expect(await cache.has('key')).toBe(false);
    expect(await cache.lookup('key')).toEqual({ kind: 'miss' });
    expect(await cache.size()).toBe(0);
    expect(await cache.getKeys()).toEqual([]);
    const factory = vi.fn(({ staleValue }: { staleValue: unknown }) => [staleValue]);
    expect(await cache.getOrSet('key', factory)).toEqual(['old']);
  });

  it('is the answer when the load fails, and until it is tried again', async () => {
    const { cache, clock } = await expired();
    const factory = vi.fn(() => Promise.reject(boom));
    expect(await cache.getOrSet('key', factory)).toBe('old');
    clock.advance(99);
    expect(await cache.getOrSet('key', factory)).toBe('old');
    expect(factory).toHaveBeenCalledTimes(1);
    clock.advance(1);
    expect(await cache.getOrSet('key', () => 'new')).toBe('new');
    expect(cache.getLoadStats()).toMatchObject({ staleAnswers: 2, failures: 1 });
  });

  it('is the answer after the soft timeout, while the load goes on', async () => {
    const { cache, clock, factory } = await expired();
    const answer = cache.getOrSet('key', factory.call, { softTimeout: 10 });
    clock.advance(10);
    expect(await answer).toBe('old');
    factory.load().give('new');
    await settled();
    expect(await cache.get('key')).toBe('new');
  });

  it('is the answer at once with a soft timeout of 0', async () => {
    const { cache, factory } = await expired();
    expect(await cache.getOrSet('key', factory.call, { softTimeout: 0 })).toBe('old');
    expect(await cache.getOrSet('key', factory.call, { softTimeout: 0 })).toBe('old');
    factory.load().give('new');
    await settled();
    expect(await cache.getOrSet('key', factory.call, { softTimeout: 0 })).toBe('new');
    expect(factory.loads).toHaveLength(1);
  });

  it('is the answer after the hard timeout, and a refresh that hangs is given up then', async () => {
    const { cache, clock, factory } = await expired();
    const options = { softTimeout: 0, hardTimeout: 50 };
    expect(await cache.getOrSet('key', factory.call, options)).toBe('old');
    const { signal } = factory.load().context;
    clock.advance(50);
    expect(signal.aborted).toBe(true);
    expect(await cache.getOrSet('key', factory.call, { hardTimeout: 50 })).toBe('old');
    clock.advance(100);
    const slow = cache.getOrSet('key', factory.call, { hardTimeout: 50 });
    clock.advance(50);
    expect(await slow).toBe('old');
    expect(factory.loads).toHaveLength(2);
  });

  it('is none once its grace is over, or that of the caller', async () => {
    const { cache, clock } = await expired();
    clock.advance(50);
    const fails = (): Promise<never> => Promise.reject(boom);
    await expect(cache.getOrSet('key', fails, { grace: 50, negativeTtl: 0 })).rejects.toBe(boom);
    expect(await cache.getOrSet('key', fails, { negativeTtl: 0 })).toBe('old');
    clock.advance(450);
    await expect(cache.getOrSet('key', fails)).rejects.toBe(boom);
  });

  it.each<[string, (cache: ImprovedAsyncCache) => Promise<unknown>]>([
    ['a delete', (cache) => cache.delete('key')],
    ['a clear', (cache) => cache.clear()],
    ['deleteByTag', (cache) => cache.deleteByTag('tag')],
    ['a set that ends at once', (cache) => cache.set('key', 1, { ttl: 0 })],
  ])('is gone with %s', async (_what, write) => {
    const { cache } = await expired();
    await write(cache);
    await expect(cache.getOrSet('key', () => Promise.reject(boom))).rejects.toBe(boom);
  });

  it('is gone with a write while the load is under way', async () => {
    const { cache, factory } = await expired();
    const answer = cache.getOrSet('key', factory.call);
    await cache.delete('key');
    factory.load().fail(boom);
    await expect(answer).rejects.toBe(boom);
  });

  it('is not kept of what was evicted or deleted, or set without a load', async () => {
    const { cache, clock } = loadingSetUp({
      maxEntries: 1,
      loading: { grace: 500, negativeTtl: 0 },
    });
    const fails = (): Promise<never> => Promise.reject(boom);
    await cache.getOrSet('key', () => 'old', { ttl: 100 });
    await cache.set('other', 1, { ttl: 100 });
    await expect(cache.getOrSet('key', fails)).rejects.toBe(boom);
    clock.advance(100);
    await expect(cache.getOrSet('other', fails)).rejects.toBe(boom);
  });

  it.each([
    ['entries', { maxStaleEntries: 1 }],
    ['a tenth of the bytes, as sizeOf weighs them', { maxBytes: 10_000, sizeOf: () => 600 }],
    ['a tenth of the bytes, as they are estimated', { maxBytes: 10_000 }],
  ])('is kept within bounds of its own: %s', async (_, bounds) => {
    const { cache, clock } = loadingSetUp({ ...bounds, loading: { grace: 500 } });
    for (const key of ['a', 'b']) await cache.getOrSet(key, () => 'x'.repeat(300), { ttl: 100 });
    clock.advance(100);
    const fails = (): Promise<never> => Promise.reject(boom);
    const answers = await Promise.allSettled(['a', 'b'].map((key) => cache.getOrSet(key, fails)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an early refresh', () => {
  it('begins at its share of the lifetime, once, and nobody waits for it', async () => {
    const { cache, clock, factory } = loadingSetUp({ loading: { eagerRefresh: 0.8 } });
    await cache.getOrSet('key', () => 'old', { ttl: 100 });
    clock.advance(79);
    expect(await cache.getOrSet('key', factory.call)).toBe('old');
    expect(factory.loads).toHaveLength(0);
    clock.advance(1);
    expect(await cache.getOrSet('key', factory.call, { ttl: 100 })).toBe('old');
    expect(await cache.getOrSet('key', factory.call)).toBe('old');
    expect(factory.load().context.staleValue).toBe('old');
    factory.load().give('new');
    await settled();
    clock.advance(79);
    expect(await cache.getOrSet('key', factory.call)).toBe('new');
    expect(factory.loads).toHaveLength(1);
    expect(cache.getLoadStats().refreshes).toBe(1);
  });

  it('that fails is not tried again before its time', async () => {
    const { cache, clock, factory } = loadingSetUp({
      loading: { eagerRefresh: 0.5, negativeTtl: 10 },
    });
    await cache.getOrSet('key', () => 'old', { ttl: 100 });
    clock.advance(50);
    await cache.getOrSet('key', factory.call);
    factory.load().fail(new Error('boom'));
    await settled();
    expect(await cache.getOrSet('key', factory.call)).toBe('old');
    expect(factory.loads).toHaveLength(1);
    clock.advance(10);
    await cache.getOrSet('key', factory.call);
    expect(factory.loads).toHaveLength(2);
  });

  it('is joined when the entry ends', async () => {
    const { cache, clock, factory } = loadingSetUp({ loading: { eagerRefresh: 0.5 } });
    await cache.getOrSet('key', () => 'old', { ttl: 100 });
    clock.advance(50);
    await cache.getOrSet('key', factory.call);
    clock.advance(50);
    const answer = cache.getOrSet('key', factory.call);
    factory.load().give('new');
    expect(await answer).toBe('new');
  });

  it('never comes for what was set', async () => {
    const { cache, clock, factory } = loadingSetUp({ loading: { eagerRefresh: 0.5 } });
    await cache.set('key', 'set', { ttl: 100 });
    clock.advance(99);
    await cache.getOrSet('key', factory.call);
    expect(factory.loads).toHaveLength(0);
  });
});
