import { systemClock, type Clock } from '@resync/cache-contract';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFleetRemote, openFleetRollout, type FleetRemote } from '../../../src/fleet/index.js';
import { FleetOn, RecordingMember } from '../fleet-on.js';
import { quickPlan } from './rollout-on.js';

const WARM = { legacy: 'warm', next: 'warm' } as const;
const REASON = { why: 'the test', by: 'ann' };
const BACK = { kind: 'roll back', component: 'core', why: 'the test' } as const;

describe.runIf(hasRedisServer(process.env))('a rollback from outside', () => {
  let server: RedisServer;
  let on: FleetOn;
  let remote: FleetRemote;
  let fleets = 0;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    fleets += 1;
    on = await FleetOn.start(server, `back-${fleets}`);
    remote = openFleetRemote(on);
  });
  afterEach(() => on.end());

  it('is not overridden by a step that was decided before', async () => {
    await on.put({ stage: 'live', percentage: 50, cold: WARM });
    await remote.requestTransition({ stage: 'live', percentage: 50 }, REASON);
    const { target } = await remote.status();
    await remote.rollback(REASON);
    const up = { stage: 'live', percentage: 100 } as const;
    expect(await remote.continueTransition(up, REASON, target)).toBe(false);
    expect((await remote.status()).target).toMatchObject({ stage: 'live', percentage: 0 });
    const { target: last } = await remote.status();
    expect(await remote.continueTransition(up, REASON, last)).toBe(true);
    expect((await remote.status()).target).toMatchObject(up);
  });

  it('from complete does not go on to an emptied legacy when it is asked for twice', async () => {
    await on.put({ stage: 'complete', percentage: 100, cold: { ...WARM, legacy: 'cold' } });
    const { target } = await remote.status();
    await remote.rollback(REASON, { cold: true, after: target });
    const coming = { stage: 'rampdown', percentage: 100 } as const;
    await on.put({ ...coming, cold: { ...WARM, legacy: 'confirming' } });
    await remote.rollback(REASON, { cold: true });
    expect((await remote.status()).state).toMatchObject(coming);
    await on.put({ stage: 'live', percentage: 100, cold: WARM });
    await remote.rollback(REASON, { cold: true, after: target });
    expect((await remote.status()).state).toMatchObject({ stage: 'live', percentage: 100 });
    // Whoever wants legacy read as it is says so.
    await remote.rollback(REASON);
    expect((await remote.status()).state).toMatchObject({ stage: 'live', percentage: 0 });
  });

  const operatorOn = (patience: number, clock: Clock = systemClock) =>
    openFleetRollout({
      client: on.client,
      namespace: on.namespace,
      plan: quickPlan(),
      components: { core: { remote } },
      everyMs: 10,
      patience,
      clock,
    });

  it('says that there is no fleet where no process has joined one of this name', async () => {
    const operator = operatorOn(30_000);
    const says = `expected a fleet of core called ${on.namespace}; got none of this name: no process has joined`;
    for (const kind of ['roll back', 'promote', 'resume'] as const) {
      const asked = operator.handle({ kind, component: 'core', why: 'the test' }, 'ann');
      await expect(asked).rejects.toMatchObject({
        code: 'CONTROL_STORE',
        message: expect.stringContaining(says) as string,
      });
    }
    expect((await operator.report()).components).toMatchObject([{ at: { epoch: 0 }, members: [] }]);
    expect(await on.client.keys(`{${on.namespace}}:*`)).toEqual([]);
    expect(await operator.audit()).toEqual([]);
  });

  it('is done once the store holds it where every process is gone, whether it has said so or not', async () => {
    const { open, answered } = await on.open('gone');
    const member = new RecordingMember();
    await on.put({ stage: 'live', percentage: 50, cold: WARM });
    open.fleet.acknowledge((await open.fleet.join(member)).epoch);
    await answered();
    await on.expire(open.id);
    const operator = operatorOn(30_000);
    await operator.handle(BACK, 'ann');
    const back = { stage: 'live', percentage: 0 };
    expect((await operator.report()).components).toMatchObject([{ at: back, members: [] }]);
    // Who comes later reads legacy.
    const later = await on.open('later');
    expect(await later.open.fleet.join(new RecordingMember())).toMatchObject(back);
    await open.fleet.leave();
    await later.open.fleet.leave();
    await operator.handle(BACK, 'ann');
  });

  it('is not done while a cold one has nobody who empties legacy', async () => {
    await on.put({ stage: 'complete', percentage: 100, cold: { ...WARM, legacy: 'cold' } });
    const driver = operatorOn(30_000);
    let isDecided = false;
    driver.follow(() => (isDecided = true));
    await driver.start();
    let ms = 0;
    // Time stands still until the driver has decided, and then runs out at once.
    const operator = operatorOn(1, {
      ...systemClock,
      monotonic: () => (isDecided ? (ms += 1) : 0),
    });
    const cold = operator.handle({ ...BACK, cold: true }, 'ann');
    await expect(cold).rejects.toThrow(`expected a process in the fleet ${on.namespace}; got none`);
    await driver.close();
    expect((await remote.status()).target).toMatchObject({ percentage: 100, cold: true });
  });

  it('holds when every process that lives has acknowledged it, and not before', async () => {
    await on.put({ stage: 'live', percentage: 50, cold: WARM });
    const { open, answered } = await on.open('slow');
    const member = new RecordingMember();
    await open.fleet.join(member);
    await answered();
    await expect(operatorOn(20).handle(BACK, 'ann')).rejects.toThrow(`got nothing from ${open.id}`);
    const heard = member.hears(({ percentage }) => percentage === 0);
    await on.put({ stage: 'live', percentage: 50, cold: WARM, epoch: 90 });
    let isBack = false;
    const back = operatorOn(30_000)
      .handle(BACK, 'ann')
      .then(() => (isBack = true));
    const { epoch } = await heard;
    await answered();
    expect(isBack).toBe(false);
    open.fleet.acknowledge(epoch);
    await back;
    await on.put({ stage: 'live', percentage: 50, cold: WARM, epoch: 190 });
    await on.expire(open.id);
    await operatorOn(30_000).handle(BACK, 'ann');
  });
});
