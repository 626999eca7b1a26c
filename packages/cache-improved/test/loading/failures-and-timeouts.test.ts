import type { Clock } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it, vi } from 'vitest';
import { ImprovedAsyncCache } from '../../src/index.js';
import { settled } from '../fixtures/controlled-factory.js';
import { loadingSetUp } from '../fixtures/loading-set-up.js';

describe('a failure', () => {
  const boom = new Error('boom');

  it('rejects all who wait with what was thrown', async () => {
    const { cache, factory } = loadingSetUp();
    const answers = [1, 2, 3].map(() => cache.getOrSet('key', factory.call));
    factory.load().fail(boom);
    for (const answer of answers) await expect(answer).rejects.toBe(boom);
  });

  it('is the answer until its time is over, longer each time', async () => {
    const { cache, clock } = loadingSetUp({ loading: { negativeTtl: 100, maxNegativeTtl: 300 } });
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
    const { cache, clock } = loadingSetUp({ random: () => 0, loading: { negativeTtl: 100 } });
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
    const { cache } = loadingSetUp();
    await expect(cache.getOrSet('key', () => Promise.reject(boom))).rejects.toBe(boom);
    await write(cache);
    expect(await cache.getOrSet('key', () => 1)).toBe(1);
  });

  it('is not remembered with a negativeTtl of 0', async () => {
    const { cache } = loadingSetUp();
    const options = { negativeTtl: 0 };
    await expect(cache.getOrSet('key', () => Promise.reject(boom), options)).rejects.toBe(boom);
    expect(await cache.getOrSet('key', () => 1, options)).toBe(1);
  });

  it('of a load that was overtaken is not remembered', async () => {
    const { cache, factory } = loadingSetUp();
    const answer = cache.getOrSet('key', factory.call);
    await cache.delete('key');
    factory.load().fail(boom);
    await expect(answer).rejects.toBe(boom);
    expect(await cache.getOrSet('key', () => 1)).toBe(1);
  });

  it('that is thrown at once is one too', async () => {
    const { cache } = loadingSetUp();
    const factory = (): never => {
      throw boom;
    };
    await expect(cache.getOrSet('key', factory)).rejects.toBe(boom);
  });
});

describe('giving up', () => {
  it('after the hard timeout is an error of its own, and the load is stored all the same', async () => {
    const { cache, clock, factory } = loadingSetUp();
    const answer = cache.getOrSet('key', factory.call, { hardTimeout: 100 });
    clock.advance(100);
    await expect(answer).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    factory.load().give('late');
    await settled();
    expect(await cache.get('key')).toBe('late');
  });

  it('after the hard timeout aborts the load, and counts as a failure', async () => {
    const { cache, clock, factory } = loadingSetUp({
      loading: { hardTimeout: 100, negativeTtl: 1000 },
    });
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
    const { cache, factory } = loadingSetUp();
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
    const { cache, factory } = loadingSetUp();
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
    const { cache, factory } = loadingSetUp();
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
    const { cache, factory } = loadingSetUp();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(cache.getOrSet('key', factory.call, { signal })).rejects.toThrow('gone');
    expect(factory.loads).toHaveLength(0);
  });

  it('leaves no timer behind', async () => {
    const { cache, clock, factory } = loadingSetUp();
    const before = clock.pendingTimers;
    const answer = cache.getOrSet('key', factory.call, { softTimeout: 10, hardTimeout: 100 });
    expect(clock.pendingTimers).toBe(before + 2);
    factory.load().give('loaded');
    await answer;
    await cache.delete('key');
    expect(clock.pendingTimers).toBe(1);
  });
});

it('remembers a failure no longer where the clock is set back', async () => {
  const machine = new ManualClock(1_000_000);
  let setBack = 0;
  const clock: Clock = {
    now: () => machine.now() - setBack,
    monotonic: () => machine.monotonic(),
    schedule: (callback, delay) => machine.schedule(callback, delay),
  };
  const cache = new ImprovedAsyncCache({ clock, random: () => 1 });
  const failing = cache.getOrSet('key', () => Promise.reject(new Error('down')));
  await expect(failing).rejects.toThrow('down');
  setBack = 3_600_000;
  machine.advance(1000);
  expect(await cache.getOrSet('key', () => 'up')).toBe('up');
});
