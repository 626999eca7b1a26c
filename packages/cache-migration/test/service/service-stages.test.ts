import { describe, expect, it } from 'vitest';
import type { MigrationTarget, StateChange } from '../../src/index.js';
import { LADDER, promisesToSettle, timeToPass } from '../fixtures/migration.js';
import { LIVE, resultOf, serviceAt } from './fixtures/service-at.js';

const HARBOUR = { stage: 'live', percentage: 0 } as const;
const SHADOW = { stage: 'shadow' } as const;

describe('a transition', () => {
  it('goes to neighbours, and counts epochs', async () => {
    const { migration } = await serviceAt('off');
    expect(migration.state).toEqual({ stage: 'off', percentage: 0, epoch: 1 });
    for (const [index, step] of LADDER.entries()) {
      await migration.transition(step);
      expect(migration.state).toMatchObject({ ...step, epoch: index + 2 });
    }
  });

  it.each<[MigrationTarget | 'off', MigrationTarget, RegExp]>([
    ['off', SHADOW, /legal steps are dualwrite; got shadow/],
    ['off', LIVE, /legal steps are dualwrite/],
    [HARBOUR, { stage: 'rampdown' }, /got rampdown/],
    [{ stage: 'complete' }, { stage: 'rampdown' }, /legacy has seen no calls since.*cold: true/],
  ])('from %j to %j is refused', async (from, to, message) => {
    const { migration } = await serviceAt(from);
    const before = migration.state;
    await expect(migration.transition(to)).rejects.toMatchObject({
      code: 'ILLEGAL_STEP',
      message: expect.stringMatching(message) as string,
    });
    expect(migration.state).toEqual(before);
  });

  it('is refused where the target is none', async () => {
    const { migration } = await serviceAt('off');
    await expect(migration.transition({ stage: 'live' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('tells the observer', async () => {
    const changes: StateChange[] = [];
    const { migration } = await serviceAt('off', {
      observer: { stateChanged: (change) => changes.push(change) },
    });
    await migration.transition({ stage: 'dualwrite' }, 'plan');
    const cold = { legacy: false, next: false };
    expect(changes).toEqual([
      {
        component: 'test',
        previous: { stage: 'off', percentage: 0, epoch: 1, cold },
        current: { stage: 'dualwrite', percentage: 0, epoch: 2, cold },
        why: 'plan',
      },
    ]);
  });

  it.each<[MigrationTarget | 'off', MigrationTarget, 'legacy' | 'next']>([
    ['off', { stage: 'dualwrite' }, 'legacy'],
    [SHADOW, HARBOUR, 'legacy'],
    [LIVE, { stage: 'rampdown' }, 'next'],
    [{ stage: 'rampdown' }, { stage: 'complete' }, 'next'],
  ])('from %j to %j takes effect at once, and waits for earlier calls', async (from, to, side) => {
    const { migration, service, ...sides } = await serviceAt(from);
    sides[side].script('hangs');
    const call = service.executeCommand('J', 'run');
    const step = migration.transition(to);
    await promisesToSettle();
    expect(migration.state.stage).toBe(to.stage);
    expect(await resultOf(step)).toBe('waits');
    sides[side].release();
    expect(await call).toBe(`run J by ${side}`);
    expect(await resultOf(step)).toBe('undefined');
  });

  it('waits no longer than the limit, and not again for the same calls', async () => {
    const { clock, legacy, migration, service } = await serviceAt('off');
    legacy.script('hangs');
    void service.executeCommand('J', 'run');
    const step = migration.transition({ stage: 'dualwrite' });
    await timeToPass(clock, 9_975);
    expect(await resultOf(step)).toBe('waits');
    await timeToPass(clock, 25);
    await step;
    await migration.transition(SHADOW);
  });

  it('waits for an effective call that was late: it may still have its effect', async () => {
    const { clock, migration, next, service } = await serviceAt(LIVE, {
      methods: {
        getJobStatus: { idempotent: true },
        countJobs: { idempotent: true },
        executeCommand: { idempotent: false, limit: 100 },
      },
    });
    next.script('hangs');
    const call = service.executeCommand('J', 'run');
    const idempotent = service.getJobStatus('J');
    const step = migration.transition({ stage: 'rampdown' });
    await timeToPass(clock, 1000);
    expect(await resultOf(call)).toBe('TIMEOUT');
    expect(await idempotent).toBe('status of J by legacy');
    expect(await resultOf(step)).toBe('waits');
    next.hanging[0]?.answer();
    expect(await resultOf(step)).toBe('undefined');
  });

  it('waits for comparisons of an earlier epoch, within their limit', async () => {
    const { clock, migration, next, service } = await serviceAt(SHADOW, { shadowRate: 1 });
    next.script('hangs');
    await service.getJobStatus('J');
    await promisesToSettle();
    const step = migration.transition({ stage: 'dualwrite' });
    await timeToPass(clock, 975);
    expect(await resultOf(step)).toBe('waits');
    await timeToPass(clock, 25);
    expect(await resultOf(step)).toBe('undefined');
  });

  it('queues behind another', async () => {
    const { legacy, migration, service } = await serviceAt('off');
    legacy.script('hangs');
    const call = service.getJobStatus('J');
    const steps = [migration.transition({ stage: 'dualwrite' }), migration.transition(SHADOW)];
    await promisesToSettle();
    expect(migration.state.stage).toBe('dualwrite');
    legacy.release();
    await Promise.all([call, ...steps]);
    expect(migration.state.stage).toBe('shadow');
  });
});

describe('a rollback', () => {
  it.each<[MigrationTarget, string, number]>([
    [{ stage: 'dualwrite' }, 'off', 1],
    [SHADOW, 'off', 2],
    [HARBOUR, 'live', 0],
    [LIVE, 'live', 1],
    [{ stage: 'rampdown' }, 'live', 1],
  ])('from %j goes to %s, in %i steps', async (from, stage, steps) => {
    const { migration } = await serviceAt(from);
    const { epoch } = migration.state;
    await migration.rollback('why');
    expect(migration.state).toEqual({ stage, percentage: 0, epoch: epoch + steps });
  });

  it('from off changes nothing', async () => {
    const { migration } = await serviceAt('off');
    await migration.rollback('why');
    expect(migration.state.epoch).toBe(1);
  });

  it('from complete has to be cold', async () => {
    const { migration, service } = await serviceAt({ stage: 'complete' });
    await expect(migration.rollback('why')).rejects.toMatchObject({ code: 'ILLEGAL_STEP' });
    expect(migration.state.stage).toBe('complete');
    await migration.rollback('why', { cold: true });
    expect(migration.state).toMatchObject({ stage: 'live', percentage: 0 });
    expect(await service.getJobStatus('J')).toBe('status of J by legacy');
  });

  it.each<[MigrationTarget]>([[LIVE], [{ stage: 'rampdown' }], [{ stage: 'complete' }]])(
    'from %j waits for nothing, and leaves the calls under way to next',
    async (from) => {
      const { legacy, migration, next, service } = await serviceAt(from);
      next.script('hangs');
      const call = service.executeCommand('a', 'run');
      const rollback = migration.rollback('why', { cold: true });
      expect(await service.executeCommand('b', 'run')).toBe('run b by legacy');
      await rollback;
      next.release('reject');
      expect(await resultOf(call)).toBe('next is down');
      expect(legacy.calls).toEqual(['run b']);
    },
  );

  it('from shadow takes effect at once, and waits for the calls under way', async () => {
    const { legacy, migration, service } = await serviceAt(SHADOW);
    legacy.script('hangs');
    const call = service.getJobStatus('J');
    const rollback = migration.rollback('why');
    expect(migration.state.stage).toBe('off');
    expect(await resultOf(rollback)).toBe('waits');
    legacy.release();
    await call;
    await rollback;
  });

  it('leaves an idempotent call under way its answer by legacy', async () => {
    const { clock, migration, next, service } = await serviceAt(LIVE);
    next.script('hangs');
    const call = service.getJobStatus('J');
    await migration.rollback('why');
    await timeToPass(clock, 1000);
    expect(await call).toBe('status of J by legacy');
  });

  it.each(['rollback', 'transition to live 0'])(
    'overtakes the steps that wait: %s',
    async (how) => {
      const { migration, next, service } = await serviceAt(LIVE);
      next.script('hangs');
      const call = service.executeCommand('J', 'run');
      const steps = ([{ stage: 'rampdown' }, { stage: 'complete' }] as const).map((step) =>
        migration.transition(step).catch((error: unknown) => error),
      );
      await promisesToSettle();
      await (how === 'rollback' ? migration.rollback('why') : migration.transition(HARBOUR));
      next.release();
      await call;
      expect(await Promise.all(steps)).toMatchObject([
        { code: 'SUPERSEDED' },
        { code: 'SUPERSEDED' },
      ]);
      expect(migration.state).toMatchObject({ stage: 'live', percentage: 0 });
    },
  );

  it('is drained before the next step, for its whole limit', async () => {
    const { clock, migration, next, service } = await serviceAt(LIVE);
    next.script('hangs');
    void service.executeCommand('a', 'run');
    const overtaken = migration.transition({ stage: 'live', percentage: 100 });
    await timeToPass(clock, 6000);
    void service.executeCommand('b', 'run');
    await migration.rollback('why');
    const step = migration.transition(SHADOW);
    await timeToPass(clock, 4000);
    await expect(overtaken).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await timeToPass(clock, 5975);
    expect(migration.state.stage).toBe('live');
    await timeToPass(clock, 25);
    await step;
    expect(migration.state.stage).toBe('shadow');
  });

  it('twice at the same time is one', async () => {
    const { migration } = await serviceAt(SHADOW);
    await Promise.all([migration.rollback('one'), migration.rollback('two')]);
    expect(migration.state.stage).toBe('off');
  });
});

describe('shutdown', () => {
  it.each(['off', SHADOW, LIVE, { stage: 'complete' }] as const)(
    'in %j refuses what comes later',
    async (target) => {
      const { clock, legacy, migration, next, service } = await serviceAt(target);
      await migration.shutdown();
      await migration.shutdown();
      for (const refused of [
        service.getJobStatus('J'),
        service.executeCommand('J', 'run'),
        migration.transition(HARBOUR),
        migration.rollback('why'),
      ]) {
        await expect(refused).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      }
      expect([...legacy.calls, ...next.calls]).toEqual([]);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('waits for what is under way, within a limit', async () => {
    const { clock, migration, next, service } = await serviceAt(LIVE);
    next.script('hangs');
    const call = service.executeCommand('a', 'run');
    void service.executeCommand('b', 'run');
    const shutdown = migration.shutdown();
    next.hanging[0]?.answer();
    expect(await call).toBe('run a by next');
    await timeToPass(clock, 4975);
    expect(await resultOf(shutdown)).toBe('waits');
    await timeToPass(clock, 25);
    await shutdown;
  });

  it('ends the breaker, and the steps that wait', async () => {
    const { clock, migration, next, service } = await serviceAt(LIVE, { breaker: { failures: 1 } });
    next.script('hangs');
    void service.executeCommand('a', 'run').catch(() => undefined);
    const step = migration.transition({ stage: 'live', percentage: 50 });
    await promisesToSettle();
    const shutdown = migration.shutdown();
    next.release('reject');
    await shutdown;
    await expect(step).rejects.toMatchObject({ code: 'SUPERSEDED' });
    expect(clock.pendingTimers).toBe(0);
  });
});
