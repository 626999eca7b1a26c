import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FleetStore } from '../../src/fleet/fleet-store.js';
import { FleetOn } from './fleet-on.js';

const WARM = { legacy: 'warm', next: 'warm' } as const;
const LIVE_0 = { stage: 'live', percentage: 0, cold: WARM } as const;
const LIVE_50 = { stage: 'live', percentage: 50, cold: WARM } as const;
const RAMPDOWN = { stage: 'rampdown', percentage: 100, cold: WARM } as const;

const member = (id: string, session = 1) => ({ id, session, lease: 60_000, known: undefined });

describe.runIf(hasRedisServer(process.env))('the control store', () => {
  let server: RedisServer;
  let fleet: FleetOn;
  let fleets = 0;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    fleets += 1;
    fleet = await FleetOn.start(server, `store-${fleets}`);
  });
  afterEach(() => fleet.end());

  it('begins with a fleet in off, whose next is not read', async () => {
    expect(await fleet.store.join(member('one'))).toEqual({
      stage: 'off',
      percentage: 0,
      epoch: 1,
      cold: { legacy: 'warm', next: 'cold' },
    });
  });

  it('makes no fleet of what is read, asked for or led where no process has joined', async () => {
    const { client, store } = fleet;
    const none = { stage: 'off', percentage: 0, epoch: 0 };
    expect(await store.snapshot()).toMatchObject({ state: none, members: [] });
    const up = { stage: 'live', percentage: 25, why: 'test', by: 'ann' } as const;
    expect(await store.aim(up, 'nothing')).toMatchObject({ isRefused: false, state: none });
    expect(await store.rollback('warm', up)).toMatchObject({ isRefused: false, state: none });
    expect(await store.lead('one', 10_000)).toMatchObject({ state: none });
    await store.acknowledge(member('one'), 0);
    await store.strike('one');
    expect(await client.exists(fleet.key('state'))).toBe(0);
    // What was asked for waits for the first one.
    expect(await store.join(member('one'))).toMatchObject({ stage: 'off', epoch: 1 });
    expect((await store.snapshot()).target).toMatchObject({ stage: 'off', number: 2 });
  });

  describe('a change', () => {
    const why = 'test';

    it('is refused to who does not control the fleet, or decided in another epoch', async () => {
      const { store } = fleet;
      await fleet.put({ ...LIVE_50, epoch: 7 });
      expect(await store.change('one', 7, { to: RAMPDOWN, why })).toBeUndefined();
      expect(await store.lead('one', 10_000)).toMatchObject({ controller: 'one' });
      expect(await store.lead('two', 10_000)).toBeUndefined();
      expect(await store.change('two', 7, { to: RAMPDOWN, why })).toBeUndefined();
      expect(await store.change('one', 6, { to: RAMPDOWN, why })).toBeUndefined();
      expect(await store.change('one', 7, { to: RAMPDOWN, why })).toMatchObject({
        ...RAMPDOWN,
        epoch: 8,
        why,
        by: 'one',
      });
    });

    it('is refused until every member has acknowledged the state, but for the one to live 0', async () => {
      const { store } = fleet;
      await fleet.put({ ...LIVE_50, epoch: 7 });
      await store.lead('one', 10_000);
      await store.join(member('one'));
      await store.join(member('two'));
      await store.acknowledge(member('one'), 7);
      expect(await store.change('one', 7, { to: RAMPDOWN, why })).toBeUndefined();
      expect(await store.change('one', 7, { to: LIVE_0, why })).toMatchObject({ epoch: 8 });
      const back = { stage: 'shadow', percentage: 0, cold: WARM } as const;
      await store.acknowledge(member('one'), 8);
      expect(await store.change('one', 8, { to: back, why })).toBeUndefined();
      await store.acknowledge(member('two'), 8);
      expect(await store.change('one', 8, { to: back, why })).toMatchObject({ epoch: 9 });
    });
  });

  it('does not count what a member acknowledged before it joined again, or of an earlier state', async () => {
    const { store } = fleet;
    await fleet.put({ ...LIVE_50, epoch: 7 });
    const acknowledged = async () => (await store.snapshot()).members[0]?.acknowledged;
    await store.join(member('one'));
    await store.acknowledge(member('one'), 6);
    expect(await acknowledged()).toBeUndefined();
    await store.acknowledge(member('one'), 7);
    expect(await acknowledged()).toEqual({ epoch: 7, stage: 'live', percentage: 50 });
    await store.join(member('one', 2));
    await store.acknowledge(member('one'), 7);
    expect(await acknowledged()).toBeUndefined();
    expect((await store.renew(member('one'))).isMember).toBe(false);
    await store.leave(member('one'));
    expect((await store.snapshot()).members).toHaveLength(1);
  });

  it.each([
    [{ stage: 'dualwrite', percentage: 0, cold: WARM }, 'declared'],
    [LIVE_0, 'declared'],
    [LIVE_50, 'warm'],
    [RAMPDOWN, 'warm'],
  ] as const)('strikes out who has vanished in %j, and leaves next %s', async (state, next) => {
    const { store } = fleet;
    await fleet.put({ ...state, epoch: 7 });
    await store.lead('one', 10_000);
    await store.join(member('one'));
    await store.join(member('two'));
    await store.acknowledge(member('two'), 7);
    await fleet.expire('two');
    expect((await store.strike('another')).cold.next).toBe('warm');
    expect((await store.strike('one')).cold).toEqual({ legacy: 'warm', next });
    expect((await store.snapshot()).members.map(({ id }) => id)).toEqual(['one']);
    expect((await store.renew(member('two'))).isMember).toBe(false);
  });

  it('leaves next cold where who has vanished had acknowledged nothing', async () => {
    const { store } = fleet;
    await fleet.put({ ...LIVE_50, epoch: 7 });
    await store.lead('one', 10_000);
    await store.join(member('two'));
    await fleet.expire('two');
    expect((await store.strike('one')).cold.next).toBe('declared');
  });

  it('takes a declaration once, from whoever makes it', async () => {
    const { store } = fleet;
    await fleet.put({ ...LIVE_50, epoch: 7 });
    expect(await store.declare('next', 'one')).toMatchObject({
      epoch: 8,
      cold: { legacy: 'warm', next: 'declared' },
    });
    expect(await store.declare('next', 'two')).toMatchObject({ epoch: 8, by: 'one' });
  });

  it('is told what it has lost, and trusts neither side then', async () => {
    const { client, store } = fleet;
    await fleet.put({ ...LIVE_50, epoch: 7 });
    const known = await store.join(member('one'));
    await client.del([fleet.key('state'), fleet.key('members')]);
    expect(await store.join(member('new'))).toMatchObject({ stage: 'off', epoch: 1 });
    expect(await store.renew({ ...member('one'), known })).toMatchObject({
      isMember: false,
      state: {
        stage: 'live',
        percentage: 50,
        epoch: 1008,
        cold: { legacy: 'declared', next: 'declared' },
      },
    });
  });

  describe('that does not answer', () => {
    it('fails each call within the limit, and refuses more than a bound of them', async () => {
      const { clock, store } = fleet;
      server.pause();
      try {
        const calls = Array.from({ length: 65 }, () => store.snapshot());
        const outcomes = Promise.allSettled(calls);
        await expect(calls[64]).rejects.toMatchObject({ code: 'CONTROL_STORE' });
        clock.advance(250);
        expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
        await expect(calls[0]).rejects.toThrow('no answer within 250 ms');
      } finally {
        server.resume();
      }
      expect(clock.pendingTimers).toBe(0);
    });

    it('fails at once where there is no connection, or something else is kept under its keys', async () => {
      const { client, store } = fleet;
      await client.set(fleet.key('state'), '{"stage":"elsewhere"}');
      await expect(store.snapshot()).rejects.toMatchObject({ code: 'CONTROL_STORE' });
      client.destroy();
      await expect(store.snapshot()).rejects.toMatchObject({ code: 'CONTROL_STORE' });
      await client.connect();
    });
  });

  it('refuses a namespace that could reach the keys of others', () => {
    const { client, clock } = fleet;
    const make = (namespace: string) => new FleetStore({ client, namespace, clock, timeout: 1 });
    for (const namespace of ['', 'a}b', 'a b', 'x'.repeat(101)]) {
      expect(() => make(namespace)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    }
  });
});
