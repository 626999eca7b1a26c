import { ReferenceCache, ReferenceStore } from '@resync/cache-contract/testing';
import { CacheMigrationManager, type MigrationState } from '@resync/cache-migration';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { followFlag, openRedisFleet, type OpenFleet } from '../../src/fleet/index.js';
import { connectTo, FleetOn, LEASE_MS, RecordingMember } from './fleet-on.js';

const WARM = { legacy: 'warm', next: 'warm' } as const;
const REASON = { why: 'test', by: 'somebody' };

describe.runIf(hasRedisServer(process.env))('on a real server', () => {
  let server: RedisServer;
  let on: FleetOn;
  let fleets = 0;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    fleets += 1;
    on = await FleetOn.start(server, `controller-${fleets}`);
  });
  afterEach(() => on.end());

  describe('migrations in a fleet', () => {
    const stores = { legacy: new ReferenceStore<string>(), next: new ReferenceStore<string>() };
    const ends: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
    });

    /** A process with a migration, and what its state becomes. */
    async function start() {
      const [client, subscriber] = [await connectTo(server), await connectTo(server)];
      const open: OpenFleet = openRedisFleet({
        client,
        subscriber,
        namespace: on.namespace,
      });
      let check = (): void => undefined;
      const manager: CacheMigrationManager<string> = new CacheMigrationManager<string>({
        component: 'test',
        legacy: new ReferenceCache({ store: stores.legacy }),
        next: new ReferenceCache({ store: stores.next }),
        fleet: open.fleet,
        observer: { stateChanged: () => queueMicrotask(() => check()) },
      });
      const reaches = (condition: (state: MigrationState) => boolean): Promise<void> =>
        new Promise((resolve) => {
          check = () => {
            if (condition(manager.state)) resolve();
          };
          check();
        });
      ends.push(async () => {
        await manager.shutdown();
        await open.close();
        client.destroy();
        subscriber.destroy();
      });
      return { manager, open, reaches };
    }

    const isAt = (stage: string, percentage: number) => (state: MigrationState) =>
      state.stage === stage && state.percentage === percentage;

    it('go up and all the way back together, step by step', async () => {
      const [one, two] = [await start(), await start()];
      const both = async (condition: (state: MigrationState) => boolean): Promise<void> => {
        await Promise.all([one.reaches(condition), two.reaches(condition)]);
      };
      await one.open.remote.requestTransition({ stage: 'live', percentage: 50 }, REASON);
      await both(isAt('live', 50));
      await one.manager.set('key', 'of one');
      expect(await two.manager.get('key')).toBe('of one');
      await one.open.remote.requestTransition({ stage: 'complete' }, REASON);
      await both(isAt('complete', 100));
      await two.manager.set('key', 'of two');
      expect(await one.manager.get('key')).toBe('of two');
      await expect(two.open.remote.rollback(REASON)).rejects.toMatchObject({
        code: 'ILLEGAL_TARGET',
      });
      await followFlag(two.open.remote, false, 'a flag');
      await both(isAt('live', 100));
      expect(await one.manager.get('key')).toBe('of two');
      await one.open.remote.requestTransition({ stage: 'off' }, REASON);
      await both(isAt('off', 0));
    });

    it('are rolled back for the next operation of whoever asked', async () => {
      const { manager, open, reaches } = await start();
      await open.remote.requestTransition({ stage: 'live', percentage: 100 }, REASON);
      await reaches(isAt('live', 100));
      await open.remote.rollback(REASON);
      expect(manager.state).toMatchObject({ stage: 'live', percentage: 0 });
    });
  });

  /** A candidate that has joined, without a migration. */
  async function candidate(name: string) {
    const { open, clients, answered } = await on.open(name, 'candidate');
    const member = new RecordingMember();
    await open.fleet.join(member);
    await answered();
    const controls = async (): Promise<string | undefined> =>
      (await on.store.snapshot()).controller?.split('-', 1)[0];
    return { open, clients, member, controls };
  }

  it('who joins first controls the fleet, and the next one when it ends', async () => {
    const one = await candidate('one');
    const two = await candidate('two');
    expect(await one.controls()).toBe('one');
    await on.put({ stage: 'live', percentage: 50, cold: { ...WARM, next: 'declared' }, epoch: 7 });
    await one.open.close();
    await one.open.fleet.leave();
    two.open.fleet.acknowledge(7);
    await two.member.hears(({ epoch }) => epoch === 8);
    expect(await two.controls()).toBe('two');
  });

  it('another one takes over where nothing is heard of the controller', async () => {
    const one = await candidate('one');
    const two = await candidate('two');
    for (const client of one.clients) client.destroy();
    await on.client.del(on.key('controller'));
    await on.expire(one.open.id);
    const heard = two.member.hears(({ epoch }) => epoch > 1);
    await on.put({ stage: 'dualwrite', percentage: 0, cold: WARM, epoch: 7 });
    on.clock.advance(LEASE_MS / 4);
    expect(await heard).toMatchObject({ stage: 'dualwrite', epoch: 7 });
    expect(await two.controls()).toBe('two');
  });

  it('a side is emptied by the controller when all have acknowledged, and warm then', async () => {
    await on.put({
      stage: 'live',
      percentage: 50,
      cold: { ...WARM, next: 'confirming' },
      epoch: 7,
    });
    const { open, member } = await candidate('one');
    const warmed = member.hears(({ epoch }) => epoch === 8);
    open.fleet.acknowledge(7);
    expect((await warmed).cold).toEqual(WARM);
    expect(member.emptied).toEqual(['next']);
  });

  it('a flag speaks only where nobody has, and unset says nothing', async () => {
    const { remote } = (await on.open('one')).open;
    await followFlag(remote, undefined, 'flag');
    expect((await remote.status()).target).toBeUndefined();
    await followFlag(remote, true, 'flag');
    expect((await remote.status()).target).toMatchObject({ stage: 'live', percentage: 100 });
    await remote.requestTransition({ stage: 'dualwrite' }, REASON);
    await followFlag(remote, true, 'flag');
    expect((await remote.status()).target).toEqual({
      stage: 'dualwrite',
      percentage: 0,
      number: 2,
      ...REASON,
    });
    await followFlag(remote, false, 'flag');
    expect((await remote.status()).target).toMatchObject({ stage: 'off', by: 'flag' });
  });

  it('a target has two decimals', async () => {
    const { remote } = (await on.open('one')).open;
    await remote.requestTransition({ stage: 'live', percentage: 100 / 3 }, REASON);
    expect((await remote.status()).target).toMatchObject({ stage: 'live', percentage: 33.33 });
  });

  it('what is no target is refused', async () => {
    const { remote } = (await on.open('one')).open;
    const ask = (target: object) =>
      remote.requestTransition(target as Parameters<typeof remote.requestTransition>[0], REASON);
    for (const target of [
      { stage: 'sideways' },
      { stage: 'live' },
      { stage: 'live', percentage: 101 },
      { stage: 'shadow', percentage: 5 },
    ]) {
      await expect(ask(target)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }
    await on.put({ stage: 'complete', percentage: 100, cold: WARM });
    await expect(ask({ stage: 'off' })).rejects.toMatchObject({ code: 'ILLEGAL_TARGET' });
  });
});
