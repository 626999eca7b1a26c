import { systemClock } from '@resync/cache-contract';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFleetRemote } from '../../../src/fleet/index.js';
import { FleetRolloutStore } from '../../../src/fleet/rollout/fleet-rollout-store.js';
import { NOTHING_SEEN } from '../../../src/judge/observation.js';
import { arrives, FINE, quickPlan, recorded, RolloutOn } from './rollout-on.js';

/** A connection on which nothing succeeds. */
const GONE = { sendCommand: () => Promise.reject(new Error('the store is gone')) };
const WHY = { component: 'core', why: 'the test' } as const;

describe.runIf(hasRedisServer(process.env))('the rollout of a fleet', () => {
  let server: RedisServer;
  let on: RolloutOn;
  let rollouts = 0;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    rollouts += 1;
    on = await RolloutOn.start(server, `rollout-${rollouts}`);
  });
  afterEach(() => on.end());

  it('takes every process through the plan, and says where each of them is', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const [one, two] = [await on.process('one'), await on.process('two')];
    await top;
    expect([one, two].map(({ manager }) => manager.state)).toEqual([
      expect.objectContaining({ stage: 'live', percentage: 100 }),
      expect.objectContaining({ stage: 'live', percentage: 100 }),
    ]);
    expect([one, two].filter(({ rollout }) => rollout.isDriving)).toHaveLength(1);
    const report = await outsider.report();
    expect(report.components[0]).toMatchObject({
      status: 'going',
      at: { stage: 'live', percentage: 100 },
      next: { stage: 'rampdown' },
      cold: [],
    });
    const members = report.components[0]?.members ?? [];
    expect(members.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect(members.filter(({ isController }) => isController)).toHaveLength(1);
    const arrivals = (await outsider.audit())
      .filter((record) => record.kind === 'decision' && record.verdict === 'arrived')
      .map((record) => (record.kind === 'decision' ? record.sentence : ''));
    expect(arrivals).toEqual(
      ['dualwrite', 'shadow', 'live 0 %', 'live 25 %', 'live 50 %', 'live 100 %'].map(
        (rung) => `core is in ${rung}`,
      ),
    );
  });

  it('is carried on where it was by another process, when the one that drives is gone', async () => {
    const outsider = await on.outsider();
    const one = await on.process('one');
    const held = recorded(outsider, ({ sentence }) => sentence.includes('waits for somebody'));
    await held;
    const before = await outsider.audit();
    const two = await on.process('two');
    expect(one.rollout.isDriving).toBe(true);
    const [{ since } = { since: null }] = (await outsider.report()).components;
    const isOver = arrives(outsider, 'rampdown');
    one.die();
    await outsider.handle({ kind: 'approve', ...WHY }, 'ann');
    await isOver;
    expect(two.rollout.isDriving).toBe(true);
    expect(two.manager.state.stage).toBe('rampdown');
    expect(since).not.toBeNull();
    // Nothing was done again, and nothing is missing.
    const after = await outsider.audit();
    expect(after.slice(0, before.length)).toEqual(before);
    const verdicts = after
      .slice(before.length)
      .map((record) => record.kind === 'decision' && record.verdict)
      .filter((verdict) => verdict !== 'hold');
    expect(verdicts).toEqual(['approve', 'promote', 'arrived']);
  });

  it('is rolled back by who is no member, and that holds everywhere when it resolves', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 50 %');
    const processes = [await on.process('one'), await on.process('two'), await on.process('three')];
    await top;
    const noted = recorded(outsider, ({ verdict }) => verdict === 'rollback');
    const back = arrives(outsider, 'live 0 %');
    await outsider.handle({ kind: 'roll back', ...WHY }, 'ann');
    for (const { manager } of processes) {
      expect(manager.state).toMatchObject({ stage: 'live', percentage: 0 });
    }
    expect(await noted).toMatchObject({ who: 'ann', sentence: 'rolled back by hand: the test' });
    // The rollout does not fight it, and goes on once it is resumed.
    await back;
    expect((await outsider.report()).components[0]?.status).toBe('rolled back');
    const again = arrives(outsider, 'live 25 %');
    await outsider.handle({ kind: 'resume', ...WHY }, 'ann');
    await again;
  });

  it('is put to a percentage from outside, and says there why something is refused', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const { manager } = await on.process('one');
    await top;
    const put = arrives(outsider, 'live 33 %');
    await outsider.handle({ kind: 'set percentage', percentage: 33, ...WHY }, 'ann');
    await put;
    expect(manager.state).toMatchObject({ stage: 'live', percentage: 33 });
    await expect(outsider.handle({ kind: 'promote', ...WHY }, 'ann')).rejects.toMatchObject({
      code: 'REFUSED_EVENT',
      message: expect.stringContaining('it is held; resume it first') as string,
    });
    for (const kind of ['approve', 'roll back'] as const) {
      await expect(
        outsider.handle({ kind, component: 'nobody', why: '-' }, 'ann'),
      ).rejects.toMatchObject({ code: 'REFUSED_EVENT' });
    }
  });

  it('does nothing of what was asked where nobody drives', async () => {
    const outsider = await on.outsider({ patience: 30 });
    await expect(outsider.handle({ kind: 'pause', why: '-' }, 'ann')).rejects.toMatchObject({
      code: 'CONTROL_STORE',
    });
    await on.process('one');
    const patient = await on.outsider();
    await patient.handle({ kind: 'resume', why: '-' }, 'ann');
    expect((await patient.report()).isPaused).toBe(false);
  });

  it('promotes nothing while a member does not report, and names it', async () => {
    const outsider = await on.outsider();
    const silent = await on.process('silent', 'says nothing');
    const held = recorded(outsider, ({ sentence }) =>
      sentence.includes(`nothing is heard of ${silent.id}`),
    );
    const one = await on.process('one');
    await held;
    expect(one.manager.state.stage).toBe('off');
    const on100 = arrives(outsider, 'live 100 %');
    await silent.manager.shutdown();
    await on100;
  });

  it('goes back when health fails in one of its processes', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const [one, two] = [await on.process('one'), await on.process('two')];
    await top;
    const back = arrives(outsider, 'live 0 %');
    two.seen = { ...NOTHING_SEEN, health: 'failing' };
    await back;
    expect(one.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
  });

  it('holds nothing against it that was reported before it was resumed', async () => {
    const outsider = await on.outsider();
    const one = await on.process('one');
    await arrives(outsider, 'live 100 %');
    await outsider.handle({ kind: 'roll back', ...WHY }, 'ann');
    await one.rollout.close();
    // Whoever drives next finds the report of a failing next together with the request.
    const { client, namespace } = on;
    const store = new FleetRolloutStore({ client, namespace, clock: systemClock, timeout: 1000 });
    const failing = { ...FINE, errors: { count: 50, of: 100 } };
    await store.tell('late', { core: failing }, { members: [], wishes: null });
    const harbour = arrives(outsider, 'live 0 %');
    const resumed = outsider.handle({ kind: 'resume', ...WHY }, 'ann');
    await on.process('two');
    await Promise.all([resumed, harbour]);
    expect((await outsider.report()).components[0]?.status).toBe('going');
  });

  it('reads legacy and has next emptied in every process when memory is over its limit in one', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const [one, two] = [await on.process('one'), await on.process('two')];
    await top;
    const relieved = recorded(outsider, ({ verdict }) => verdict === 'relieve');
    const back = arrives(outsider, 'live 0 %');
    one.seen = { ...NOTHING_SEEN, memory: 'over' };
    await relieved;
    one.seen = { ...NOTHING_SEEN, health: 'passing' };
    await back;
    // Each has reported again since.
    const next = arrives(outsider, 'live 25 %');
    await outsider.handle({ kind: 'resume', ...WHY }, 'ann');
    await next;
    expect([one.emptied, two.emptied]).toEqual([1, 1]);
  });

  it('heeds the most careful of what the sources of all processes say', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const [one, two] = [await on.process('one'), await on.process('two')];
    await top;
    const down = recorded(outsider, ({ verdict }) => verdict === 'taken back');
    await one.rollout.wish({ core: true });
    await two.rollout.wish({ core: false });
    expect(two.manager.state).toMatchObject({ stage: 'live', percentage: 0 });
    await down;
    const up = arrives(outsider, 'live 25 %');
    await two.rollout.wish({ core: true });
    await up;
  });

  it('tells the others of false also where this process cannot take it back', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const one = await on.process('one');
    await top;
    const deaf = openFleetRemote({ client: GONE, namespace: on.namespace });
    const errors: unknown[] = [];
    const two = await on.outsider({
      components: { core: { remote: deaf } },
      drive: 'never',
      onError: (error) => errors.push(error),
    });
    await two.start({ core: true });
    const down = recorded(outsider, ({ verdict }) => verdict === 'taken back');
    await two.wish({ core: false });
    await down;
    expect(one.manager.state).not.toMatchObject({ stage: 'live', percentage: 100 });
    expect(errors).toContainEqual(expect.objectContaining({ code: 'CONTROL_STORE' }));
  });

  it('says what its sources say, and is missed, where a process cannot observe', async () => {
    const outsider = await on.outsider();
    const one = await on.process('one', 'says nothing');
    Object.defineProperty(one, 'seen', {
      get: () => {
        throw new Error('the check is broken');
      },
    });
    const missed = recorded(outsider, ({ sentence }) =>
      sentence.includes(`nothing is heard of ${one.id}`),
    );
    const heeded = recorded(outsider, ({ verdict }) => verdict === 'taken back');
    await one.rollout.start({ core: true });
    await missed;
    await one.rollout.wish({ core: false });
    await heeded;
    expect(on.errors).toContainEqual(new Error('the check is broken'));
  });

  it('keeps to what its sources said last, also where that was while it started', async () => {
    const outsider = await on.outsider({ drive: 'never' });
    const starting = outsider.start({ core: true });
    await outsider.wish({ core: false });
    await starting;
    const { client, namespace } = on;
    const store = new FleetRolloutStore({ client, namespace, clock: systemClock, timeout: 1000 });
    await store.lead('driver', 1000);
    const gathered = await store.gather('driver', 10_000);
    expect(gathered?.reporters).toMatchObject([{ wishes: { core: false } }]);
  });

  it('is not stopped by a listener to errors that throws', async () => {
    const rollout = await on.outsider({
      client: GONE,
      subscriber: { subscribe: () => GONE.sendCommand(), unsubscribe: () => GONE.sendCommand() },
      components: { core: { remote: openFleetRemote({ client: GONE, namespace: on.namespace }) } },
      onError: () => {
        throw new Error('the log is full');
      },
    });
    await expect(rollout.start({ core: false })).resolves.toBeUndefined();
    await expect(rollout.wish({ core: true })).resolves.toBeUndefined();
    await expect(rollout.wish({ core: false })).resolves.toBeUndefined();
  });

  it('goes back from complete to an emptied legacy, once, when processes start with false', async () => {
    const outsider = await on.outsider();
    const end = arrives(outsider, 'complete');
    const one = await on.process('one');
    const steps = ['live 100 %', 'rampdown'].map((rung) => arrives(outsider, rung));
    for (const step of steps) {
      await step;
      await outsider.handle({ kind: 'approve', ...WHY }, 'ann');
    }
    await end;
    // What comes later is no start: it is not even a request.
    await one.rollout.wish({ core: true });
    const held = recorded(outsider, ({ sentence }) => sentence.includes('only a cold rollback'));
    await one.rollout.wish({ core: false });
    await held;
    expect(one.manager.state.stage).toBe('complete');
    const cold = recorded(outsider, ({ sentence }) => sentence.includes('legacy was emptied'));
    const top = arrives(outsider, 'live 100 %');
    const [two, three] = await Promise.all(
      (['two', 'three'] as const).map((name) => on.process(name, { core: false })),
    );
    await Promise.all([cold, top]);
    for (const process of [one, two, three]) {
      expect(process?.manager.state).toMatchObject({ stage: 'live', percentage: 100 });
    }
    const rollbacks = (await outsider.audit()).filter(
      (record) => record.kind === 'decision' && record.verdict === 'rollback',
    );
    expect(rollbacks).toEqual([expect.objectContaining({ who: 'sources' })]);
    // Down by choice.
    const off = recorded(outsider, ({ verdict }) => verdict === 'taken back');
    await outsider.handle({ kind: 'resume', ...WHY }, 'ann');
    await off;
  });

  it('leaves a rollout of another plan alone', async () => {
    const outsider = await on.outsider();
    const top = arrives(outsider, 'live 100 %');
    const one = await on.process('one');
    await top;
    const other = await on.outsider({ plan: { ...quickPlan(), components: [] } });
    await expect(other.report()).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    expect(one.rollout.isDriving).toBe(true);
    await expect(on.outsider({ components: {} })).rejects.toThrow('got none of core');
  });
});
