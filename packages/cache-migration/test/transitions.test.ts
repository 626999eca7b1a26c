import { describe, expect, it } from 'vitest';
import type { StateChange } from '../src/index.js';
import {
  ABOVE,
  BELOW,
  declaring,
  isSettled,
  LADDER,
  migrationAt,
  promisesToSettle,
  timeToPass,
} from './fixtures/migration.js';

const LIVE_50 = { stage: 'live', percentage: 50 } as const;
const LIVE_100 = { stage: 'live', percentage: 100 } as const;

describe('a step', () => {
  it('is a new epoch, and tells who watches', async () => {
    const changes: StateChange[] = [];
    const { manager } = await migrationAt('off', {
      observer: { stateChanged: (change) => changes.push(change) },
    });
    expect(manager.state).toEqual({
      stage: 'off',
      percentage: 0,
      epoch: 1,
      cold: { legacy: false, next: true },
    });
    for (const target of LADDER) await manager.transition(target, 'a test');
    expect(
      changes.map(({ current }) => [current.stage, current.percentage, current.epoch]),
    ).toEqual([
      ['dualwrite', 0, 2],
      ['shadow', 0, 3],
      ['live', 0, 4],
      ['live', 50, 5],
      ['live', 100, 6],
      ['rampdown', 100, 7],
      ['complete', 100, 8],
    ]);
    expect(changes[0]).toMatchObject({
      component: 'test',
      why: 'a test',
      previous: { stage: 'off' },
    });
    expect(manager.state.cold).toEqual({ legacy: true, next: false });
  });

  it('that is illegal is refused, and nothing changes', async () => {
    const { manager } = await migrationAt('off');
    await expect(manager.transition(LIVE_50)).rejects.toMatchObject({ code: 'ILLEGAL_STEP' });
    await expect(manager.transition({ stage: 'live' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    expect(manager.state.epoch).toBe(1);
  });

  it('takes effect for new operations before it is over', async () => {
    const { manager, next, nextInner } = await migrationAt('off');
    next.inject({ kind: 'hang' });
    const step = manager.transition({ stage: 'dualwrite' });
    await promisesToSettle();
    next.heal();
    await manager.set('key', 'value');
    await promisesToSettle();
    expect(await nextInner.get('key')).toBe('value');
    next.release();
    await step;
  });

  it('is over when what began before it has settled, and the next one waits for that', async () => {
    const { manager, legacy } = await migrationAt('off');
    legacy.inject({ kind: 'hang' });
    const write = manager.set('key', 'value');
    await promisesToSettle();
    legacy.heal();
    const first = manager.transition({ stage: 'dualwrite' });
    const second = manager.transition({ stage: 'shadow' });
    expect(await isSettled(first)).toBe(false);
    expect(manager.state.stage).toBe('dualwrite');
    legacy.release();
    await Promise.all([write, first, second]);
    expect(manager.state.stage).toBe('shadow');
  });

  it('is over after the drain limit at the latest, and leaves the side cold that is late', async () => {
    const { clock, manager, next } = await migrationAt({ stage: 'dualwrite' });
    next.inject({ kind: 'hang' });
    await manager.set('key', 'value');
    await promisesToSettle();
    next.heal();
    const step = manager.transition({ stage: 'shadow' });
    await promisesToSettle();
    await timeToPass(clock, 10_000);
    await step;
    expect(manager.state).toMatchObject({ stage: 'shadow', cold: { next: true } });

    await timeToPass(clock, 60_000);
    expect(manager.state.cold.next).toBe(true);
    next.release();
    await promisesToSettle();
    await timeToPass(clock, 60_000);
    expect(manager.state.cold.next).toBe(false);
  });

  it('after a rollback waits for what the rollback did not wait for', async () => {
    const { manager, next } = await migrationAt(LIVE_100, { limits: { next: 60_000 } });
    next.inject({ kind: 'hang' });
    const hanging = manager.set('key', 'value');
    await promisesToSettle();
    await manager.rollback('next hangs');
    const step = manager.transition({ stage: 'shadow' });
    await promisesToSettle();
    expect(manager.state.stage).toBe('live');
    next.release();
    await hanging;
    await step;
    expect(manager.state.stage).toBe('shadow');
  });

  it('is drained before a later one: what began in between has the whole limit', async () => {
    const { clock, manager, legacy, legacyInner } = await migrationAt(LIVE_50, {
      limits: { drain: 1000, legacy: 5000 },
    });
    const answers = new Map<string, () => void>();
    legacy.set = async (key, value, options) => {
      await new Promise<void>((resolve) => answers.set(key, resolve));
      await legacyInner.set(key, value, options);
    };
    const first = manager.set('a', 1);
    const step = manager.transition(LIVE_100).catch((error: unknown) => error);
    await timeToPass(clock, 600);
    const second = manager.set('b', 1);
    await promisesToSettle();
    await manager.rollback('to be tested');
    await timeToPass(clock, 100);
    answers.get('a')?.();
    await timeToPass(clock, 500);
    expect(manager.state.cold).toEqual({ legacy: false, next: false });
    answers.get('b')?.();
    await Promise.all([first, second]);
    expect(await step).toMatchObject({ code: 'SUPERSEDED' });
    await timeToPass(clock, 2000);
    expect(manager.state.cold).toEqual({ legacy: false, next: false });
  });

  it('beyond dualwrite is refused on a side that several processes share', async () => {
    const { manager, next } = await migrationAt('off');
    declaring(next, { shared: true });
    await manager.transition({ stage: 'dualwrite' });
    await expect(manager.transition({ stage: 'shadow' })).rejects.toMatchObject({
      code: 'SHARED_SIDE',
      message: expect.stringContaining('soleProcess: true') as unknown,
    });
  });

  it('beyond dualwrite is taken where this is the only process', async () => {
    const { manager, next } = await migrationAt('off', { soleProcess: true });
    declaring(next, { shared: true });
    for (const target of LADDER) await manager.transition(target);
    expect(manager.state.stage).toBe('complete');
  });
});

describe('a side that is emptied', () => {
  it('is not, before a call of an earlier stage has settled that nobody waits for any longer', async () => {
    const { clock, manager, legacy } = await migrationAt('off');
    legacy.inject({ kind: 'hang' });
    const hanging = manager.set('key', 'value');
    await promisesToSettle();
    legacy.heal();
    const step = manager.transition({ stage: 'dualwrite' });
    await timeToPass(clock, 10_000);
    await step;
    await timeToPass(clock, 20_000);
    expect(manager.state.cold.legacy).toBe(true);
    legacy.release();
    await hanging;
    await timeToPass(clock, 10_000);
    expect(manager.state.cold.legacy).toBe(false);
    expect(await manager.get('key')).toBeUndefined();
  });

  it('is not, before a call has settled that passed its limit', async () => {
    const { clock, manager, next } = await migrationAt(LIVE_100);
    next.inject({ kind: 'hang' });
    const late = manager.set('key', 'late');
    await timeToPass(clock, 100);
    await late;
    next.inject({ kind: 'fail' });
    await manager.clear();
    next.heal();
    await timeToPass(clock, 20_000);
    expect(manager.state.cold.next).toBe(true);
    next.release();
    await timeToPass(clock, 10_000);
    expect(manager.state.cold.next).toBe(false);
    expect(await manager.get('key')).toBeUndefined();
  });
});

describe('re-entry', () => {
  it('finds next emptied of what it had before off', async () => {
    const { manager, nextInner } = await migrationAt({ stage: 'dualwrite' });
    await manager.set('key', 'old');
    await manager.transition({ stage: 'off' });
    await manager.set('key', 'new');
    expect(await nextInner.get('key')).toBe('old');
    for (const target of LADDER.slice(0, 5)) await manager.transition(target);
    expect(await manager.get('key')).toBe('new');
  });

  it('reads nothing from a next that could not be emptied', async () => {
    const { clock, manager, next, nextInner } = await migrationAt('off');
    await manager.set(BELOW, 'new');
    await nextInner.set(BELOW, 'old');
    next.inject({ kind: 'fail' });
    for (const target of LADDER.slice(0, 4)) {
      const step = manager.transition(target);
      await promisesToSettle();
      await timeToPass(clock, 5000);
      await step;
    }
    next.heal();
    expect(manager.state).toMatchObject({ stage: 'live', percentage: 50, cold: { next: true } });
    expect(await manager.get(BELOW)).toBe('new');

    await timeToPass(clock, 5000);
    expect(manager.state.cold.next).toBe(false);
    expect(await nextInner.get(BELOW)).toBeUndefined();
  });
});

describe('rollback', () => {
  it('does nothing in off', async () => {
    const { manager } = await migrationAt('off');
    await manager.rollback('nerves');
    expect(manager.state.epoch).toBe(1);
  });

  it.each([{ stage: 'dualwrite' }, { stage: 'shadow' }] as const)(
    'leads from $stage to off',
    async (target) => {
      const { manager } = await migrationAt(target);
      await manager.rollback('nerves');
      expect(manager.state.stage).toBe('off');
    },
  );

  it.each([LIVE_50, LIVE_100, { stage: 'rampdown' } as const])(
    'leads from %j to live 0 at once, with legacy as fresh as next',
    async (target) => {
      const { manager, next, nextInner } = await migrationAt(target);
      await manager.set(BELOW, 'below');
      await manager.set(ABOVE, 'above');
      next.inject({ kind: 'hang' });
      const rolledBack = manager.rollback('broken');
      expect(manager.state).toMatchObject({ stage: 'live', percentage: 0 });
      await rolledBack;
      await nextInner.set(BELOW, 'poison');
      expect(await manager.get(BELOW)).toBe('below');
      expect(await manager.get(ABOVE)).toBe('above');
    },
  );

  it('waits for nothing: not for a side that hangs', async () => {
    const { manager, next } = await migrationAt(LIVE_100);
    next.inject({ kind: 'hang' });
    const hanging = manager.set('key', 'value');
    await promisesToSettle();
    expect(await isSettled(manager.rollback('next hangs'))).toBe(true);
    next.release();
    await hanging;
  });

  it('overtakes a step that waits', async () => {
    const { clock, manager, next } = await migrationAt(LIVE_50);
    next.inject({ kind: 'hang' });
    const hanging = manager.set('key', 'value');
    await promisesToSettle();
    const up = manager.transition(LIVE_100);
    await promisesToSettle();
    const further = manager.transition({ stage: 'rampdown' });
    await manager.rollback('next hangs');
    await timeToPass(clock, 10_000);
    await expect(up).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await expect(further).rejects.toMatchObject({ code: 'SUPERSEDED' });
    expect(manager.state).toMatchObject({ stage: 'live', percentage: 0 });
    next.release();
    await hanging;
  });

  it('is not undone by a cold one that was asked for before it', async () => {
    const { clock, manager, legacy } = await migrationAt({ stage: 'complete' });
    legacy.inject({ kind: 'hang' }, { operations: ['clear'] });
    const cold = [1, 2].map((time) =>
      manager.rollback(`regret, time ${time}`, { cold: true }).catch((error: unknown) => error),
    );
    await promisesToSettle();
    expect(manager.state.stage).toBe('rampdown');
    await manager.rollback('next is broken');
    legacy.heal();
    legacy.release();
    await timeToPass(clock, 30_000);
    expect(manager.state).toMatchObject({ stage: 'live', percentage: 0 });
    const superseded = expect.objectContaining({ code: 'SUPERSEDED' }) as unknown;
    expect(await Promise.all(cold)).toEqual([superseded, superseded]);
  });

  it('from complete is refused, unless it is cold', async () => {
    const { manager, legacyInner } = await migrationAt({ stage: 'rampdown' });
    await manager.set('key', 'old');
    await manager.transition({ stage: 'complete' });
    await manager.set('key', 'new');
    expect(await legacyInner.get('key')).toBe('old');
    await expect(manager.rollback('regret')).rejects.toMatchObject({
      code: 'ILLEGAL_STEP',
      message: expect.stringContaining('cold: true') as unknown,
    });

    await manager.rollback('regret', { cold: true });
    expect(manager.state).toEqual({
      stage: 'live',
      percentage: 100,
      epoch: expect.any(Number) as unknown,
      cold: { legacy: false, next: false },
    });
    expect(await manager.get('key')).toBe('new');
    await manager.rollback('all the way');
    expect(await manager.get('key')).toBeUndefined();
  });
});
