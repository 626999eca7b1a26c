import { describe, expect, it } from 'vitest';
import {
  BELOW,
  isSettled,
  migrationAt,
  promisesToSettle,
  timeToPass,
} from './fixtures/migration.js';

const LIVE_50 = { stage: 'live', percentage: 50 } as const;

describe('a step to a side that will be alone', () => {
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

  it.each([{ stage: 'dualwrite' }, { stage: 'shadow' }] as const)(
    'to off, from $stage, waits for the writes that began before it',
    async (target) => {
      const { manager, legacy } = await migrationAt(target);
      await manager.set('key', 'value');
      await promisesToSettle();
      legacy.inject({ kind: 'hang' }, { operations: ['set'] });
      const hanging = manager.set('another', 'value');
      await promisesToSettle();
      legacy.heal();
      const back = manager.rollback('to be tested');
      expect(await isSettled(back)).toBe(false);
      expect(manager.state.stage).toBe(target.stage);
      legacy.release();
      await Promise.all([hanging, back]);
      expect(manager.state).toMatchObject({ stage: 'off', cold: { legacy: false } });
      expect(await manager.get('key')).toBe('value');
    },
  );

  it.each([{ stage: 'dualwrite' }, { stage: 'shadow' }] as const)(
    'to off, from $stage, is refused over a write that does not end, and legacy keeps what it has',
    async (target) => {
      const { clock, manager, legacy } = await migrationAt(target);
      await manager.set('key', 'value');
      legacy.inject({ kind: 'hang' }, { operations: ['set'] });
      const hanging = manager.set('another', 'value');
      await promisesToSettle();
      legacy.heal();
      for (let time = 0; time < 2; time += 1) {
        const refused = manager.rollback('legacy hangs').catch((error: unknown) => error);
        await timeToPass(clock, 10_000);
        expect(await refused).toMatchObject({
          code: 'NOT_TRUSTED',
          message: expect.stringMatching(
            `an earlier write has not ended there.*The stage is still ${target.stage}`,
          ) as unknown,
        });
      }
      expect(manager.state).toMatchObject({ ...target, cold: { legacy: false } });
      expect(await manager.get('key')).toBe('value');

      legacy.release();
      await hanging;
      await manager.rollback('legacy has answered');
      await timeToPass(clock, 60_000);
      expect(manager.state).toMatchObject({ stage: 'off', cold: { legacy: false } });
      expect(await manager.get('key')).toBe('value');
    },
  );

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

  it('to complete is refused while a write of next may still have its effect', async () => {
    const { clock, manager, next } = await migrationAt({ stage: 'rampdown' });
    await manager.set('key', 'value');
    next.inject({ kind: 'hang' });
    const late = manager.set('another', 1).catch((error: unknown) => error);
    await promisesToSettle();
    next.heal();
    const refused = manager.transition({ stage: 'complete' }).catch((error: unknown) => error);
    await timeToPass(clock, 10_000);
    expect(await late).toMatchObject({ code: 'TIMEOUT' });
    expect(await refused).toMatchObject({ code: 'NOT_TRUSTED' });
    expect(manager.state).toMatchObject({ stage: 'rampdown', cold: { next: false } });
    expect(await manager.get('key')).toBe('value');
    next.release();
    await timeToPass(clock, 10_000);
    await manager.transition({ stage: 'complete' });
    expect(await manager.get('key')).toBe('value');
  });

  it('to complete does not let next be read as it is while a call of rampdown may still have its effect', async () => {
    const { clock, manager, next, nextInner } = await migrationAt({ stage: 'rampdown' });
    await manager.set('key', 'old');
    // The step waits for a repair, and the call begins meanwhile.
    next.inject({ kind: 'fail' });
    await manager.set('dirty', 1).catch(() => undefined);
    const step = manager.transition({ stage: 'complete' });
    await promisesToSettle();
    next.inject({ kind: 'hang' });
    const late = manager.set('key', 'late').catch((error: unknown) => error);
    await promisesToSettle();
    next.heal();
    await timeToPass(clock, 10_050);
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
