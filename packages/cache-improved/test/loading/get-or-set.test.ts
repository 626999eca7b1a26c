import { CacheError } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ImprovedAsyncCache, type ImprovedAsyncCacheOptions } from '../../src/index.js';
import { ControlledFactory, settled } from '../fixtures/controlled-factory.js';

const open: ImprovedAsyncCache[] = [];

function setUp(options: ImprovedAsyncCacheOptions<unknown> = {}) {
  const clock = new ManualClock(1_000_000);
  const cache = new ImprovedAsyncCache({ clock, random: () => 1, defaultTtl: 1000, ...options });
  open.push(cache);
  return { clock, cache, factory: new ControlledFactory() };
}

afterEach(async () => {
  for (const cache of open.splice(0)) await cache.shutdown();
});

describe('one load', () => {
  it('is made where nothing is there, and stored', async () => {
    const { cache, clock } = setUp();
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
    const { cache, factory } = setUp();
    const answers = Promise.all([1, 2, 3].map(() => cache.getOrSet('key', factory.call)));
    factory.load().give('loaded');
    expect(await answers).toEqual(['loaded', 'loaded', 'loaded']);
    expect(factory.loads).toHaveLength(1);
    expect(cache.getLoadStats()).toMatchObject({ loads: 1, joined: 2 });
  });

  it('takes null as a value', async () => {
    const { cache } = setUp();
    const factory = vi.fn(() => null);
    expect(await cache.getOrSet('key', factory)).toBeNull();
    expect(await cache.getOrSet('key', factory)).toBeNull();
    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('lives as long as its factory says, and is not stored at all with 0', async () => {
    const { cache, clock } = setUp();
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
    const { cache } = setUp();
    await expect(cache.getOrSet('key', factory)).rejects.toMatchObject({ code });
    expect(await cache.size()).toBe(0);
  });

  it('is handed over though the storage refuses it', async () => {
    const { cache } = setUp({ maxBytes: 10, sizeOf: () => 11 });
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
    const { cache, factory } = setUp();
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
    const { cache, factory } = setUp({ maxEntries: 1 });
    const answer = cache.getOrSet('key', factory.call);
    await cache.set('other', 1);
    await cache.set('another', 1);
    factory.load().give('loaded');
    expect(await answer).toBe('loaded');
    expect(await cache.get('key')).toBe('loaded');
  });

  it('and the value is not stored after a shutdown, whose callers are told', async () => {
    const { cache, factory } = setUp();
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

describe('a failure', () => {
  const boom = new Error('boom');

  it('rejects all who wait with what was thrown', async () => {
    const { cache, factory } = setUp();
    const answers = [1, 2, 3].map(() => cache.getOrSet('key', factory.call));
    factory.load().fail(boom);
    for (const answer of answers) await expect(answer).rejects.toBe(boom);
  });

  it('is the answer until its time is over, longer each time', async () => {
    const { cache, clock } = setUp({ loading: { negativeTtl: 100, maxNegativeTtl: 300 } });
    const factory = vi.fn(() => Promise.reject(boom));
    for (const [index, backOff] of [100, 200, 300, 300].entries()) {
      for (const wait of [0, backOff - 1]) {
        clock.advance(wait);
        await expect(cache.getOrSet('key', factory)).rejects.toBe(boom);
        expect(factory).toHaveBeenCalledTimes(index + 1);
      }
      clock.advance(1);
    }
    clock.advance(300);
    await expect(cache.getOrSet('key', factory)).rejects.toBe(boom);
    clock.advance(100);
    expect(await cache.getOrSet('key', () => 1)).toBe(1);
    expect(cache.getLoadStats().rememberedFailures).toBe(4);
  });

  it('is remembered for half as long at least, as chance has it', async () => {
    const { cache, clock } = setUp({ random: () => 0, loading: { negativeTtl: 100 } });
    await expect(cache.getOrSet('key', () => Promise.reject(boom))).rejects.toBe(boom);
    clock.advance(49);
    await expect(cache.getOrSet('key', () => 1)).rejects.toBe(boom);
    clock.advance(1);
    expect(await cache.getOrSet('key', () => 1)).toBe(1);
  });

  it.each<[string, (cache: ImprovedAsyncCache) => Promise<unknown>]>([
    ['a delete', (cache) => cache.delete('key')],
    ['a clear', (cache) => cache.clear()],
    ['a set that ends at once', (cache) => cache.set('key', 1, { ttl: 0 })],
  ])('is forgotten with %s', async (_what, write) => {
    const { cache } = setUp();
    await expect(cache.getOrSet('key', () => Promise.reject(boom))).rejects.toBe(boom);
    await write(cache);
    expect(await cache.getOrSet('key', () => 1)).toBe(1);
  });

  it('is not remembered with a negativeTtl of 0', async () => {
    const { cache } = setUp();
    const options = { negativeTtl: 0 };
    await expect(cache.getOrSet('key', () => Promise.reject(boom), options)).rejects.toBe(boom);
    expect(await cache.getOrSet('key', () => 1, options)).toBe(1);
  });

  it('of a load that was overtaken is not remembered', async () => {
    const { cache, factory } = setUp();
    const answer = cache.getOrSet('key', factory.call);
    await cache.delete('key');
    factory.load().fail(boom);
    await expect(answer).rejects.toBe(boom);
    expect(await cache.getOrSet('key', () => 1)).toBe(1);
  });

  it('that is thrown at once is one too', async () => {
    const { cache } = setUp();
    const factory = (): never => {
      throw boom;
    };
    await expect(cache.getOrSet('key', factory)).rejects.toBe(boom);
  });
});

describe('giving up', () => {
  it('after the hard timeout is an error of its own, and the load is stored all the same', async () => {
    const { cache, clock, factory } = setUp();
    const answer = cache.getOrSet('key', factory.call, { hardTimeout: 100 });
    clock.advance(100);
    await expect(answer).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    factory.load().give('late');
    await settled();
    expect(await cache.get('key')).toBe('late');
  });

  it('after the hard timeout aborts the load, and counts as a failure', async () => {
    const { cache, clock, factory } = setUp({ loading: { hardTimeout: 100, negativeTtl: 1000 } });
    const answer = cache.getOrSet('key', factory.call);
    const { signal } = factory.load().context;
    clock.advance(99);
    expect(signal.aborted).toBe(false);
    clock.advance(1);
    await expect(answer).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    expect(signal.reason).toMatchObject({ code: 'LOAD_TIMEOUT' });
    await expect(cache.getOrSet('key', factory.call)).rejects.toMatchObject({
      code: 'LOAD_TIMEOUT',
    });
    expect(factory.loads).toHaveLength(1);
    clock.advance(1000);
    const next = cache.getOrSet('key', factory.call);
    factory.load(1).give('loaded');
    expect(await next).toBe('loaded');
    expect(cache.getLoadStats()).toMatchObject({ timeouts: 1, rememberedFailures: 1 });
  });

  it('of one caller leaves the load to the others', async () => {
    const { cache, factory } = setUp();
    const controller = new AbortController();
    const reason = new Error('gone');
    const first = cache.getOrSet('key', factory.call, { signal: controller.signal });
    const second = cache.getOrSet('key', factory.call);
    const { signal } = factory.load().context;
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(signal.aborted).toBe(false);
    factory.load().give('loaded');
    expect(await second).toBe('loaded');
  });

  it('of all callers aborts the load, and the next one loads anew', async () => {
    const { cache, factory } = setUp();
    const controllers = [new AbortController(), new AbortController()];
    const answers = controllers.map(({ signal }) =>
      cache.getOrSet('key', factory.call, { signal }),
    );
    const { signal } = factory.load().context;
    for (const controller of controllers) controller.abort(new Error('gone'));
    for (const answer of answers) await expect(answer).rejects.toThrow('gone');
    expect(signal.aborted).toBe(true);
    factory.load().fail(signal.reason);
    const next = cache.getOrSet('key', factory.call);
    factory.load(1).give('loaded');
    expect(await next).toBe('loaded');
  });

  it('of all callers leaves a load that does not look at its signal to the next one', async () => {
    const { cache, factory } = setUp();
    const controller = new AbortController();
    const first = cache.getOrSet('key', factory.call, { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    const next = cache.getOrSet('key', factory.call);
    factory.load().give('loaded');
    expect(await next).toBe('loaded');
    expect(factory.loads).toHaveLength(1);
  });

  it('before the call begins nothing', async () => {
    const { cache, factory } = setUp();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(cache.getOrSet('key', factory.call, { signal })).rejects.toThrow('gone');
    expect(factory.loads).toHaveLength(0);
  });

  it('leaves no timer behind', async () => {
    const { cache, clock, factory } = setUp();
    const before = clock.pendingTimers;
    const answer = cache.getOrSet('key', factory.call, { softTimeout: 10, hardTimeout: 100 });
    expect(clock.pendingTimers).toBe(before + 2);
    factory.load().give('loaded');
    await answer;
    await cache.delete('key');
    expect(clock.pendingTimers).toBe(1);
  });
});

describe('a value in its grace', () => {
  const boom = new Error('boom');

  async function expired(options: ImprovedAsyncCacheOptions<unknown> = {}) {
    const parts = setUp({ loading: { grace: 500, negativeTtl: 100 }, ...options });
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
    const { cache, clock } = setUp({ maxEntries: 1, loading: { grace: 500, negativeTtl: 0 } });
    const fails = (): Promise<never> => Promise.reject(boom);
    await cache.getOrSet('key', () => 'old', { ttl: 100 });
    await cache.set('other', 1, { ttl: 100 });
    await expect(cache.getOrSet('key', fails)).rejects.toBe(boom);
    clock.advance(100);
    await expect(cache.getOrSet('other', fails)).rejects.toBe(boom);
  });

  it('is kept within bounds of its own', async () => {
    const { cache, clock } = setUp({ maxStaleEntries: 1, loading: { grace: 500 } });
    for (const key of ['a', 'b']) await cache.getOrSet(key, () => key, { ttl: 100 });
    clock.advance(100);
    const fails = (): Promise<never> => Promise.reject(boom);
    const answers = await Promise.allSettled(['a', 'b'].map((key) => cache.getOrSet(key, fails)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an early refresh', () => {
  it('begins at its share of the lifetime, once, and nobody waits for it', async () => {
    const { cache, clock, factory } = setUp({ loading: { eagerRefresh: 0.8 } });
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
    const { cache, clock, factory } = setUp({ loading: { eagerRefresh: 0.5, negativeTtl: 10 } });
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
    const { cache, clock, factory } = setUp({ loading: { eagerRefresh: 0.5 } });
    await cache.getOrSet('key', () => 'old', { ttl: 100 });
    clock.advance(50);
    await cache.getOrSet('key', factory.call);
    clock.advance(50);
    const answer = cache.getOrSet('key', factory.call);
    factory.load().give('new');
    expect(await answer).toBe('new');
  });

  it('never comes for what was set', async () => {
    const { cache, clock, factory } = setUp({ loading: { eagerRefresh: 0.5 } });
    await cache.set('key', 'set', { ttl: 100 });
    clock.advance(99);
    await cache.getOrSet('key', factory.call);
    expect(factory.loads).toHaveLength(0);
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
    const { cache, factory } = setUp();
    const refused = { code: 'INVALID_OPTION' };
    await expect(cache.getOrSet('key', factory.call, loading)).rejects.toMatchObject(refused);
    await expect(cache.getOrSetMany(['key'], () => [], loading)).rejects.toMatchObject(refused);
    expect(() => setUp({ loading })).toThrow(CacheError);
    expect(factory.loads).toHaveLength(0);
  });

  it.each([{ grace: 10 }, { eagerRefresh: 0.5 }])(
    'refuses %j with sliding expiry, which has no fixed end',
    async (loading) => {
      expect(() => setUp({ expiry: 'sliding', loading })).toThrow(/absolute expiry/);
    },
  );

  it('refuses a ttl before it loads', async () => {
    const { cache, factory } = setUp();
    await expect(cache.getOrSet('key', factory.call, { ttl: -1 })).rejects.toMatchObject({
      code: 'INVALID_TTL',
    });
    expect(factory.loads).toHaveLength(0);
  });
});
