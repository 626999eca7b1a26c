import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager } from '@resync/cache-migration';
import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import type { RedisClientType } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFleetRollout, openRedisFleet } from '../../src/fleet/index.js';
import { parsePlan } from '../../src/plan/parse-plan.js';
import { connectTo } from '../fleet/fleet-on.js';
import { runCommand, type Ended } from './command-process.js';
import { wordsOf } from './words-of.js';

const STEPS = [
  '{ stage: dualwrite, atLeast: 1h }',
  '{ stage: shadow, atLeast: 1h }',
  ...[0, 10, 25, 100].map(
    (percentage) => `{ stage: live, percentage: ${percentage}, atLeast: 1h }`,
  ),
].join(', ');
const PLAN = `version: 1\ncomponents: [{ name: core, steps: [${STEPS}] }]\n`;

describe.skipIf(!hasRedisServer(process.env))('a fleet, straight through its control store', () => {
  let server: RedisServer;
  let folder: string;
  const clients: RedisClientType[] = [];
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startRedisServer();
    folder = await mkdtemp(join(tmpdir(), 'resync-fleet-command-'));
    await writeFile(join(folder, 'plan.yaml'), PLAN);
    for (const name of ['one', 'two']) ends.push(await member(name));
  });

  afterAll(async () => {
    for (const end of ends) await end();
    for (const client of clients) client.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A process of the fleet that may drive its rollout. */
  async function member(name: string): Promise<() => Promise<void>> {
    const [client, subscriber] = [await connectTo(server), await connectTo(server)];
    clients.push(client, subscriber);
    const common = { client, subscriber, lease: 2000 };
    const open = openRedisFleet({ ...common, namespace: 'shop.core', name });
    const manager = new CacheMigrationManager({
      component: 'core',
      legacy: new ReferenceCache(),
      next: new ReferenceCache(),
      fleet: open.fleet,
    });
    const rollout = openFleetRollout({
      ...common,
      namespace: 'shop',
      plan: parsePlan(PLAN),
      components: { core: { remote: open.remote, id: open.id } },
      everyMs: 50,
    });
    await rollout.start();
    return async () => {
      await rollout.close();
      await manager.shutdown();
      await open.close();
    };
  }

  const run = (...args: readonly string[]): Promise<Ended> =>
    runCommand([...args, '--namespace', 'shop', '--plan', 'plan.yaml'], {
      folder,
      environment: { RESYNC_REDIS: server.url, USER: 'ann' },
    });

  it('is promoted, watched, put to a percentage, rolled back and asked for its records', async () => {
    expect(await run('promote', 'core', '--to', '25')).toMatchObject({
      code: 0,
      out: 'core is in live 25 %\n',
    });
    const { code, out } = await run('test-rollback', 'core', '--within', '5m', '--json');
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, isInTime: true });
    const back = await run('rollback', '--wait', '--why', 'errors');
    expect(back).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^core is in live 0 %/) as string,
    });
    const { out: status } = await run('status', '--json');
    expect(JSON.parse(status)).toMatchObject({
      components: [{ at: { percentage: 0 }, members: [{}, {}], status: 'rolled back' }],
    });
    expect((await run('audit')).out).toContain('ann: rolled back by hand: errors');
    expect((await run('status')).out).toMatch(
      /core: 2 of 2 processes have acknowledged live 0 %; (one|two)-\S+ controls\n/,
    );
    expect((await run('checklist')).out).toContain('2 have acknowledged the state');
    expect((await run('watch', '--for', '100ms')).out).toContain('core live 0 %');
  });

  it.each([
    [['--namespace', 'shpo'], 'shpo.core'],
    [['--namespace', 'shop', '--fleets', '%'], 'core'],
  ])('says that there is no fleet where it is asked for %j', async (names, fleet) => {
    const environment = { RESYNC_REDIS: server.url, USER: 'ann' };
    const own = [...names, '--plan', 'plan.yaml'];
    for (const command of ['rollback core --wait', 'rollback --all', 'status', 'pause']) {
      const ended = await runCommand([...wordsOf(command), ...own], { folder, environment });
      expect({ command, ...ended }).toMatchObject({
        command,
        code: 3,
        out: '',
        err: expect.stringMatching(
          `expected a fleet called ${fleet}; got none of this name: no process has joined.*--fleets`,
        ) as string,
      });
    }
    const [client] = clients;
    expect((await client?.keys('*'))?.filter((key) => !/^\{shop(\.core)?\}/.test(key))).toEqual([]);
  });

  it('watch ends where the control store has gone', async () => {
    const own = await startRedisServer();
    const client = await connectTo(own);
    await client.set(
      '{gone.core}:fleet:state',
      '{"stage":"off","percentage":0,"epoch":1,"cold":{"legacy":"warm","next":"cold"}}',
    );
    const args = ['watch', '--timeout', '1s', '--namespace', 'gone', '--plan', 'plan.yaml'];
    const environment = { RESYNC_REDIS: own.url };
    let stopped: Promise<void> | undefined;
    const onOut = (): void => {
      stopped = own.stop();
    };
    const ended = await runCommand(args, { folder, environment, onOut });
    await stopped;
    expect(ended).toMatchObject({
      code: 3,
      out: 'core off\n',
      err: expect.stringMatching(/it is asked again\n.*; watch again\n$/) as string,
    });
    client.destroy();
  });

  it.each([
    [['figures are in the service'], ['kpis', 'core'], 2],
    [['expected a plan', 'components'], ['status', '--plan', 'bad.yaml'], 2],
    [['control store cannot be reached'], ['status', '--redis', 'redis://127.0.0.1:1'], 3],
  ])('says %j', async (says, args, code) => {
    await writeFile(join(folder, 'bad.yaml'), 'components: []\n');
    const given = args.includes('--plan') ? [...args, '--namespace', 'shop'] : args;
    const ended = args.includes('--plan')
      ? await runCommand(given, { folder, environment: { RESYNC_REDIS: server.url } })
      : await run(...given);
    expect(ended.code).toBe(code);
    for (const part of says) expect(ended.err.toLowerCase()).toContain(part);
  });
});
