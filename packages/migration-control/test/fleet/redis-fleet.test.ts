import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRedisFleet } from '../../src/fleet/index.js';
import { FleetOn, LEASE_MS, RecordingMember } from './fleet-on.js';

const WARM = { legacy: 'warm', next: 'warm' } as const;
const LIVE_50 = { stage: 'live', percentage: 50, cold: WARM } as const;

describe.runIf(hasRedisServer(process.env))('a process of a fleet', () => {
  let server: RedisServer;
  let on: FleetOn;
  let fleets = 0;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    fleets += 1;
    on = await FleetOn.start(server, `process-${fleets}`);
  });
  afterEach(() => on.end());

  /** Has joined, and hears everything. */
  async function joined(name: string) {
    const { open, clients, answered } = await on.open(name);
    const { fleet, id } = open;
    const member = new RecordingMember();
    await fleet.join(member);
    await answered();
    return { id, fleet, clients, member };
  }

  it('is a member from sending on, for the time of its lease', async () => {
    const { fleet } = (await on.open('one')).open;
    on.clock.advance(100);
    expect(fleet.memberUntil).toBe(-Infinity);
    const joining = fleet.join(new RecordingMember());
    on.clock.advance(5);
    expect(await joining).toMatchObject({ stage: 'off' });
    expect(fleet.memberUntil).toBe(100 + LEASE_MS);
  });

  it('renews its membership in time, and hears the state again', async () => {
    const { fleet, member } = await joined('one');
    const heard = member.hears();
    on.clock.advance(LEASE_MS / 4);
    expect((await heard).epoch).toBe(1);
    expect(fleet.memberUntil).toBe(LEASE_MS / 4 + LEASE_MS);
  });

  it('is no member any longer where the store stands still, and can join again', async () => {
    const { fleet, member } = await joined('one');
    server.pause();
    try {
      on.clock.advance(LEASE_MS);
    } finally {
      server.resume();
    }
    expect(fleet.memberUntil).toBe(LEASE_MS);
    // What is answered now was asked by a member that is none.
    await fleet.join(member);
    expect(fleet.memberUntil).toBe(2 * LEASE_MS);
  });

  it('tries again, a bounded number of times, while there is no connection', async () => {
    const { fleet, clients } = await joined('one');
    let calls = 0;
    const [client] = clients;
    const sendCommand = client.sendCommand.bind(client);
    client.sendCommand = async (...args) => {
      calls += 1;
      return sendCommand(...args);
    };
    client.destroy();
    for (let ms = 0; ms < 2 * LEASE_MS; ms += LEASE_MS / 100) {
      on.clock.advance(LEASE_MS / 100);
      await Promise.resolve();
    }
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(12);
    expect(fleet.memberUntil).toBe(LEASE_MS);
    await expect(fleet.join(new RecordingMember())).rejects.toMatchObject({
      code: 'CONTROL_STORE',
    });
  });

  it('is no member any longer where the store knows nothing of it', async () => {
    const { fleet, id, member } = await joined('one');
    await on.client.hDel(on.key('members'), id);
    const heard = member.hears();
    on.clock.advance(LEASE_MS / 4);
    await heard;
    expect(fleet.memberUntil).toBe(-Infinity);
  });

  it('hears at once what others change', async () => {
    await on.put({ ...LIVE_50, epoch: 7 });
    const [one, two] = [await joined('one'), await joined('two')];
    const heard = two.member.hears(({ epoch }) => epoch === 8);
    expect(await one.fleet.declareCold('next', 7)).toMatchObject({ cold: { next: 'declared' } });
    expect(await heard).toMatchObject({ epoch: 8, cold: { next: 'declared' } });
    expect(one.member.heard.at(-1)).toMatchObject({ epoch: 8 });
  });

  it('hears with the next renewal what it could not be told', async () => {
    await on.put({ ...LIVE_50, epoch: 7 });
    const { member } = await joined('one');
    await on.put({ ...LIVE_50, percentage: 60, epoch: 8 });
    const heard = member.hears(({ epoch }) => epoch === 8);
    on.clock.advance(LEASE_MS / 4);
    expect((await heard).percentage).toBe(60);
  });

  it('says again with a renewal what it acknowledged', async () => {
    await on.put({ ...LIVE_50, epoch: 7 });
    const { fleet, id, member } = await joined('one');
    fleet.acknowledge(7);
    const acknowledged = async () => (await on.store.snapshot()).members[0]?.acknowledged?.epoch;
    const record = { session: '1', until: 4e12 };
    await on.client.hSet(on.key('members'), id, JSON.stringify(record));
    const heard = member.hears();
    on.clock.advance(LEASE_MS / 4);
    await heard;
    // One connection answers in order: behind this, what was said has arrived.
    await fleet.declareCold('next', 7);
    expect(await acknowledged()).toBe(7);
  });

  it('leaves without a trace, and does not mind where the store is gone', async () => {
    const [one, two] = [await joined('one'), await joined('two')];
    await one.fleet.leave();
    expect((await on.store.snapshot()).members.map(({ id }) => id)).toEqual([two.id]);
    expect(one.fleet.memberUntil).toBe(-Infinity);
    for (const client of two.clients) client.destroy();
    await two.fleet.leave();
    expect(on.clock.pendingTimers).toBe(0);
  });

  it('refuses a client that says after an outage what it wanted to say before', () => {
    const client = { sendCommand: async () => '', options: {} };
    const subscriber = {
      subscribe: async () => undefined,
      unsubscribe: async () => undefined,
      on: () => undefined,
      off: () => undefined,
    };
    const make = (options: object) =>
      openRedisFleet({ client: { ...client, options }, subscriber, namespace: 'test' });
    expect(() => make({})).toThrow('disableOfflineQueue');
    expect(() =>
      openRedisFleet({
        client: { sendCommand: client.sendCommand },
        subscriber,
        namespace: 'test',
        lease: 10,
      }),
    ).toThrow('expected a lease');
  });
});
