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

  it('holds when every process that lives has acknowledged it, and not before', async () => {
    await on.put({ stage: 'live', percentage: 50, cold: WARM });
    const { open, answered } = await on.open('slow');
    const member = new RecordingMember();
    await open.fleet.join(member);
    await answered();
    const operator = (patience: number) =>
      openFleetRollout({
        client: on.client,
        namespace: on.namespace,
        plan: quickPlan(),
        components: { core: { remote } },
        patience,
      });
    await expect(operator(20).handle(BACK, 'ann')).rejects.toThrow(`got nothing from ${open.id}`);
    const heard = member.hears(({ percentage }) => percentage === 0);
    await on.put({ stage: 'live', percentage: 50, cold: WARM, epoch: 90 });
    let isBack = false;
    const back = operator(30_000)
      .handle(BACK, 'ann')
      .then(() => (isBack = true));
    const { epoch } = await heard;
    await answered();
    expect(isBack).toBe(false);
    open.fleet.acknowledge(epoch);
    await back;
    await on.put({ stage: 'live', percentage: 50, cold: WARM, epoch: 190 });
    await on.expire(open.id);
    await operator(30_000).handle(BACK, 'ann');
  });
});
