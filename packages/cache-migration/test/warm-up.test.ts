import { ImprovedAsyncCache } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import { describe, expect, it } from 'vitest';
import type { WarmUpProgress } from '../src/index.js';
import { migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';
import { holding, moves, withEntries } from './fixtures/warming.js';

const DUALWRITE = { stage: 'dualwrite' } as const;
const SHADOW = { stage: 'shadow' } as const;
const LIVE_0 = { stage: 'live', percentage: 0 } as const;
const LIVE_50 = { stage: 'live', percentage: 50 } as const;
const LIVE_100 = { stage: 'live', percentage: 100 } as const;

describe('a warm-up', () => {
  it.each([DUALWRITE, SHADOW, LIVE_0, LIVE_50, LIVE_100])(
    'copies into next what only legacy has, in %j',
    async (target) => {
      const { manager, nextInner } = await holding(20, target);
      expect(await manager.warmUp().finished).toEqual({
        state: 'done',
        copied: 20,
        skipped: 0,
        failed: 0,
        total: 20,
      });
      expect(await nextInner.size()).toBe(20);
      expect(await nextInner.get('key-7')).toBe(7);
    },
  );

  it('copies the lifetime that is left, and nothing more', async () => {
    const { clock, manager, legacyInner, nextInner } = await holding(0);
    await legacyInner.set('short', 1, { ttl: 1000 });
    await legacyInner.set('endless', 1, { ttl: Infinity });
    clock.advance(400);
    await manager.warmUp().finished;
    expect(await nextInner.lookup('short')).toMatchObject({ expiresAt: 1_001_000 });
    expect(await nextInner.lookup('endless')).toMatchObject({ expiresAt: Infinity });
  });

  it('leaves alone what next has', async () => {
    const { manager, nextInner } = await holding(2);
    await nextInner.set('key-1', 'of next');
    expect(await manager.warmUp().finished).toMatchObject({ copied: 1, skipped: 1 });
    expect(await nextInner.get('key-1')).toBe('of next');
  });

  it('does not copy what has an unknown end, or is over when it is read', async () => {
    const { clock, manager, legacy, legacyInner, nextInner } = await holding(1);
    await legacyInner.set('over', 1, { ttl: 10 });
    const lookup = legacy.lookup.bind(legacy);
    legacy.lookup = async (key) => {
      const found = await lookup(key);
      clock.advance(10);
      return key === 'over' || found.kind === 'miss' ? found : { kind: 'hit', value: found.value };
    };
    expect(await manager.warmUp().finished).toMatchObject({ copied: 0, skipped: 2 });
    expect(await nextInner.size()).toBe(0);
  });

  it('walks through the entries where legacy has them, without a list of all keys', async () => {
    const { manager, legacy, legacyInner, nextInner } = await migrationAt(DUALWRITE, {
      createCaches: withEntries,
    });
    for (let index = 0; index < 250; index += 1) await legacyInner.set(`key-${index}`, index);
    legacy.getKeys = () => Promise.reject(new Error('never asked for'));
    const warmUp = manager.warmUp({ entriesPerSecond: 1e6 });
    expect(await warmUp.finished).toMatchObject({ state: 'done', copied: 250, total: 250 });
    expect(await nextInner.get('key-249')).toBe(249);
  });

  it('copies the old cache entry by entry, though reading moves its entries', async () => {
    const { manager, legacyInner, nextInner } = await migrationAt(DUALWRITE, {
      createCaches: (clock) => ({
        legacy: legacyCache(new AsyncTTLCache({ clock })),
        next: new ImprovedAsyncCache({ clock, expiry: 'sliding' }),
      }),
    });
    for (let index = 0; index < 90; index += 1) await legacyInner.set(`key-${index}`, index);
    expect(await manager.warmUp().finished).toMatchObject({ copied: 90, skipped: 0, total: 90 });
    expect(await nextInner.size()).toBe(90);
  });

  it('reads each value again, and does not trust the one that it met on the way', async () => {
    const { manager, legacy, legacyInner, nextInner } = await migrationAt(DUALWRITE, {
      createCaches: withEntries,
    });
    await legacyInner.set('key', 'new');
    legacy.entries = async function* () {
      yield { key: 'key', value: 'old', expiresAt: Infinity };
      yield { key: 'gone', value: 'old', expiresAt: Infinity };
    };
    expect(await manager.warmUp().finished).toMatchObject({ copied: 1, skipped: 1 });
    expect(await nextInner.get('key')).toBe('new');
    expect(await nextInner.has('gone')).toBe(false);
  });

  it('is not seen by the statistics of the manager', async () => {
    const { manager } = await holding(5);
    const before = (await manager.getStats()).manager;
    await manager.warmUp().finished;
    expect((await manager.getStats()).manager).toEqual(before);
  });
});

describe('its pace', () => {
  it('is so many entries a second, by the clock', async () => {
    const { clock, manager } = await holding(300);
    const warmUp = manager.warmUp({ entriesPerSecond: 1000 });
    const copied: number[] = [];
    for (let tick = 0; tick < 3; tick += 1) {
      while (await moves(warmUp)) await promisesToSettle();
      copied.push(warmUp.progress.copied);
      await timeToPass(clock, 100);
    }
    expect(copied).toEqual([100, 200, 300]);
    await warmUp.finished;
  });

  it('counts what is skipped as well', async () => {
    const { clock, manager, nextInner } = await holding(30);
    for (let index = 0; index < 30; index += 1) await nextInner.set(`key-${index}`, index);
    const warmUp = manager.warmUp({ entriesPerSecond: 100 });
    while (await moves(warmUp)) await promisesToSettle();
    expect(warmUp.progress).toMatchObject({ state: 'running', skipped: 10 });
    await timeToPass(clock, 300);
    expect(await warmUp.finished).toMatchObject({ state: 'done', skipped: 30 });
  });

  it('copies no more at once than it was told', async () => {
    const { manager, next } = await holding(20);
    let [open, most] = [0, 0];
    const has = next.has.bind(next);
    next.has = async (key) => {
      open += 1;
      most = Math.max(most, open);
      const isThere = await has(key);
      open -= 1;
      return isThere;
    };
    next.inject({ kind: 'hang' }, { operations: ['has'] });
    const warmUp = manager.warmUp({ concurrency: 3 });
    await promisesToSettle();
    expect(most).toBe(3);
    next.heal();
    next.release();
    expect(await warmUp.finished).toMatchObject({ copied: 20 });
    expect(most).toBe(3);
  });
});

describe('pausing', () => {
  it('lets copies end, starts no timers and no copies, and goes on where it was', async () => {
    const { clock, manager } = await holding(30);
    const before = clock.pendingTimers;
    const warmUp = manager.warmUp({ entriesPerSecond: 100 });
    while (await moves(warmUp)) await promisesToSettle();
    expect(warmUp.progress.copied).toBe(10);
    warmUp.pause();
    warmUp.pause();
    await promisesToSettle();
    expect(warmUp.progress).toMatchObject({ state: 'paused', copied: 10 });
    // One timer of the cache for the entries that it has got.
    expect(clock.pendingTimers).toBeLessThanOrEqual(before + 1);
    await timeToPass(clock, 1000);
    expect(warmUp.progress.copied).toBe(10);
    warmUp.resume();
    warmUp.resume();
    expect(warmUp.progress.state).toBe('running');
    await timeToPass(clock, 300);
    expect(await warmUp.finished).toMatchObject({ state: 'done', copied: 30 });
    warmUp.pause();
    warmUp.resume();
    expect(warmUp.progress.state).toBe('done');
  });
});

it('tells its progress on every change of its state, and once a second, and survives who throws', async () => {
  const { clock, manager } = await holding(50);
  const told: WarmUpProgress[] = [];
  const warmUp = manager.warmUp({
    entriesPerSecond: 10,
    onProgress: (progress) => {
      told.push(progress);
      throw new Error('a bad observer');
    },
  });
  await timeToPass(clock, 2000);
  warmUp.pause();
  warmUp.resume();
  await timeToPass(clock, 4000);
  await warmUp.finished;
  const states = told.map(({ state }) => state);
  expect(states.filter((state) => state !== 'running')).toEqual(['paused', 'done']);
  expect(states.length).toBeGreaterThanOrEqual(6);
  expect(states.length).toBeLessThanOrEqual(8);
  expect(told.at(-1)).toMatchObject({ copied: 50 });
});

it('leaves its total out where legacy does not say how much it holds', async () => {
  const { manager, legacy } = await holding(3);
  legacy.inject({ kind: 'fail' }, { operations: ['size'] });
  expect(await manager.warmUp().finished).toEqual({
    state: 'done',
    copied: 3,
    skipped: 0,
    failed: 0,
  });
});
