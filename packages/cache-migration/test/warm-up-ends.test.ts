import { describe, expect, it } from 'vitest';
import type { MigrationTarget } from '../src/index.js';
import { migrationAt, promisesToSettle, timeToPass } from './fixtures/migration.js';
import { holding, moves, withEntries } from './fixtures/warming.js';

const DUALWRITE = { stage: 'dualwrite' } as const;
const SHADOW = { stage: 'shadow' } as const;
const LIVE_0 = { stage: 'live', percentage: 0 } as const;
const LIVE_50 = { stage: 'live', percentage: 50 } as const;
const LIVE_100 = { stage: 'live', percentage: 100 } as const;

describe('a warm-up stops', () => {
  it('when it is told to, with the copies that are under way dropped', async () => {
    const { manager, legacy, nextInner } = await holding(20);
    legacy.inject({ kind: 'hang' }, { operations: ['lookup'] });
    const warmUp = manager.warmUp();
    await promisesToSettle();
    warmUp.stop('enough');
    warmUp.stop('again');
    legacy.heal();
    legacy.release();
    expect(await warmUp.finished).toMatchObject({ state: 'stopped', reason: 'enough', copied: 0 });
    expect(await nextInner.size()).toBe(0);
  });

  it('when its signal is aborted, also before it began', async () => {
    const { clock, manager, legacy } = await holding(30);
    const abort = new AbortController();
    const warmUp = manager.warmUp({ signal: abort.signal, entriesPerSecond: 100 });
    while (await moves(warmUp)) await promisesToSettle();
    abort.abort();
    expect(await warmUp.finished).toMatchObject({
      state: 'stopped',
      reason: 'its signal was aborted',
      copied: 10,
    });
    legacy.getKeys = () => Promise.reject(new Error('never asked for'));
    expect(await manager.warmUp({ signal: abort.signal }).finished).toMatchObject({
      state: 'stopped',
      reason: 'its signal was aborted',
    });
    expect(clock.now()).toBe(1_000_000);
  });

  it.each<[string, readonly MigrationTarget[], RegExp]>([
    ['off', [{ stage: 'off' }], /gone to off/],
    ['rampdown', [SHADOW, LIVE_0, LIVE_100, { stage: 'rampdown' }], /gone to rampdown/],
  ])('when the migration goes to %s, paused or not', async (_, steps, reason) => {
    for (const how of ['running', 'paused']) {
      const { manager } = await holding(300);
      const warmUp = manager.warmUp({ entriesPerSecond: 100 });
      if (how === 'paused') warmUp.pause();
      for (const step of steps) {
        expect(warmUp.progress.state).toBe(how);
        await manager.transition(step);
      }
      const progress = await warmUp.finished;
      expect(progress.state).toBe('stopped');
      expect(progress.reason).toMatch(reason);
    }
  });

  it('at shutdown, with no timer left', async () => {
    const { clock, manager } = await holding(300);
    const warmUp = manager.warmUp({ entriesPerSecond: 100 });
    await promisesToSettle();
    await manager.shutdown();
    expect(await warmUp.finished).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/shut down/) as string,
    });
    expect(clock.pendingTimers).toBe(0);
    expect(() => manager.warmUp()).toThrow(/shut down/);
  });

  it('when legacy does not list its keys', async () => {
    const { manager, legacy } = await holding(3);
    legacy.inject({ kind: 'fail' }, { operations: ['getKeys'] });
    expect(await manager.warmUp().finished).toMatchObject({
      state: 'stopped',
      reason: 'legacy does not give its keys: Error: injected fault',
    });
  });

  it('when legacy hangs while it lists its keys', async () => {
    const { clock, manager, legacy } = await migrationAt(DUALWRITE, { createCaches: withEntries });
    legacy.inject({ kind: 'hang' }, { operations: ['entries'] });
    const warmUp = manager.warmUp();
    await timeToPass(clock, 5000);
    expect(await warmUp.finished).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/within 5000 ms/) as string,
    });
  });

  it('when one side is down, after a hundred copies', async () => {
    const { manager, next } = await holding(300);
    next.inject({ kind: 'fail' }, { operations: ['has'] });
    const warmUp = manager.warmUp({ entriesPerSecond: 10_000, concurrency: 1 });
    expect(await warmUp.finished).toMatchObject({
      state: 'stopped',
      reason: '100 copies failed in a row',
      failed: 100,
    });
  });

  it('not by a rollback to live 0, nor by single failures', async () => {
    const { clock, manager, legacy, next } = await holding(50, LIVE_50);
    next.inject({ kind: 'fail' }, { operations: ['has', 'set'], keys: ['key-3', 'key-4'] });
    legacy.inject({ kind: 'fail' }, { operations: ['lookup'], keys: ['key-5'] });
    const warmUp = manager.warmUp({ entriesPerSecond: 100 });
    await promisesToSettle();
    await manager.rollback('a test');
    await timeToPass(clock, 1000);
    const progress = await warmUp.finished;
    expect(progress).toMatchObject({ state: 'done', failed: 3 });
    expect(progress.copied + progress.skipped).toBe(47);
  });
});
