import { describe, expect, it } from 'vitest';
import type { StateChange } from '../src/index.js';
import {
  ABOVE,
  BELOW,
  LADDER,
  migrationAt,
  promisesToSettle,
  timeToPass,
} from './fixtures/migration.js';

const LIVE_50 = { stage: 'live', percentage: 50 } as const;
const LIVE_100 = { stage: 'live', percentage: 100 } as const;

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await promisesToSettle();
  return settled;
}

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

  it('to off waits until legacy has confirmed everything, and is refused where it does not', async () => {
    const { clock, manager, legacy } = await migrationAt(LIVE_50);
    legacy.inject({ kind: 'fail' });
    await manager.set(BELOW, 'only next has it');
    await manager.rollback('to be tested');
    await manager.transition({ stage: 'shadow' });
    await manager.transition({ stage: 'dualwrite' });
    const refused = manager.transition({ stage: 'off' });
    await promisesToSettle();
    await timeToPass(clock, 10_000);
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      message: expect.stringContaining('1 of its keys are dirty') as unknown,
    });
    expect(manager.state.stage).toBe('dualwrite');

    legacy.heal();
    await timeToPass(clock, 10_000);
    await manager.transition({ stage: 'off' });
    expect(await manager.get(BELOW)).toBeUndefined();
  });

  it('to complete is refused while next is cold', async () => {
    const { clock, manager, next } = await migrationAt({ stage: 'rampdown' });
    next.inject({ kind: 'fail' });
    await expect(manager.clear()).rejects.toThrow();
    const refused = manager.transition({ stage: 'complete' });
    await promisesToSettle();
    await timeToPass(clock, 10_000);
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      message: expect.stringContaining('next') as unknown,
    });
  });

  it('beyond dualwrite is refused on a side that several processes share', async () => {
    const { manager, next } = await migrationAt('off');
    Object.assign(next.capabilities, { shared: true });
    await manager.transition({ stage: 'dualwrite' });
    await expect(manager.transition({ stage: 'shadow' })).rejects.toMatchObject({
      code: 'SHARED_SIDE',
      message: expect.stringContaining('soleProcess: true') as unknown,
    });
  });

  it('beyond dualwrite is taken where this is the only process', async () => {
    const { manager, next } = await migrationAt('off', { soleProcess: true });
    Object.assign(next.capabilities, { shared: true });
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

describe('complete', () => {
  it('does not read next as it is while a call of rampdown may still have its effect', async () => {
    const { clock, manager, next, nextInner } = await migrationAt({ stage: 'rampdown' });
    await manager.set('key', 'old');
    next.inject({ kind: 'hang' });
    const late = manager.set('key', 'late').catch((error: unknown) => error);
    await promisesToSettle();
    next.heal();
    const step = manager.transition({ stage: 'complete' });
    await timeToPass(clock, 10_000);
    expect(await late).toMatchObject({ code: 'TIMEOUT' });
    await step;
    expect(manager.state).toMatchObject({ stage: 'complete', cold: { next: true } });
    expect(await nextInner.get('key')).toBe('old');
    expect(await manager.get('key')).toBeUndefined();
    await manager.set('key', 'newest').catch(() => undefined);
    next.release();
    await timeToPass(clock, 10_000);
    expect(await manager.get('key')).toBeUndefined();
    expect(manager.state.cold.next).toBe(false);
    await manager.set('key', 'newest');
    expect(await manager.get('key')).toBe('newest');
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
