import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { readsOf, tallyBetween } from '../../server/component-tally.js';
import { atLeast, none, type Check } from '../check.js';
import { climbTo } from '../climb.js';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { TcpProxy } from '../tcp-proxy.js';
import { startWorld, unnoticed, type World } from '../world.js';

/** In each part: before, while it is away, and after it has come back. */
const REQUESTS = { full: 3000, small: 450 };

/** What it was called as, and what happens to it. */
interface Loss {
  readonly away: () => Promise<void>;
  readonly back: () => Promise<void>;
}

export const redisOutage: Scenario = {
  name: 'redis-outage',
  title: 'Redis is killed and comes back with what it had: nobody notices, nothing stale is read',
  needs: 'redis-server',
  failsWith: 'naive-router',
  run: async (context) => {
    // What it acknowledged it still has afterwards: an empty one would have nothing stale.
    const folder = await mkdtemp(join(tmpdir(), 'resync-outage-'));
    context.guard.keepFolder(folder);
    const options = {
      folder,
      configuration: ['--appendonly', 'yes', '--appendfsync', 'always'],
      onSpawn: context.guard.keep,
    };
    let server: RedisServer = await startRedisServer(options);
    const { port, url } = server;
    try {
      return await loseAndRegain(context, url, [
        {
          away: async () => {
            context.say('redis-server is killed');
            await server.stop();
          },
          back: async () => {
            server = await startRedisServer({ ...options, port });
            context.say('redis-server is there again, on the same port');
          },
        },
      ]);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export const networkPartition: Scenario = {
  name: 'network-partition',
  title: 'the network to Redis is cut, then stalls: nobody notices, nothing stale is read',
  needs: 'redis-server',
  failsWith: 'naive-router',
  run: async (context) => {
    const server = await startRedisServer({ onSpawn: context.guard.keep });
    const network = await TcpProxy.start(server.port);
    const lossOf = (state: 'cut' | 'stalled'): Loss => ({
      away: async () => {
        context.say(`the network to Redis is ${state}`);
        network.set(state);
      },
      back: async () => {
        context.say('the network is whole again');
        network.set('whole');
      },
    });
    try {
      const url = `redis://127.0.0.1:${network.port}`;
      return await loseAndRegain(context, url, [lossOf('cut'), lossOf('stalled')]);
    } finally {
      await network.close();
      await server.stop();
    }
  },
};

async function loseAndRegain(
  context: ScenarioContext,
  redisUrl: string,
  losses: readonly Loss[],
): Promise<readonly Check[]> {
  const { createRouter } = new Supervision(context);
  const world = await startWorld(context, { createRouter, redisUrl, isBusy: true });
  try {
    await climbTo(100, world.component('hierarchy').router);
    await world.requests(REQUESTS[context.size]);
    const found: Check[] = [];
    for (const [index, loss] of losses.entries()) {
      found.push(
        ...(await lose(context, world, loss)).map((check) => numbered(check, index, losses)),
      );
    }
    const window = await world.endWindow();
    for (const incident of window.incidents) context.say(incident);
    return [...found, ...unnoticed([window])];
  } finally {
    await world.close();
  }
}

async function lose(
  { size }: ScenarioContext,
  world: World,
  { away, back }: Loss,
): Promise<readonly Check[]> {
  const { router, tally } = world.component('hierarchy');
  const before = tally.now;
  await away();
  await world.requests(REQUESTS[size]);
  const during = tallyBetween(before, tally.now);
  await back();
  const regained = tally.now;
  const isClean = (): boolean => !router.status.next.isCold && router.status.next.dirtyKeys === 0;
  const answersAgain = (): boolean => isClean() && tally.now.reads.next > regained.reads.next + 20;
  await world.settle(answersAgain);
  await world.requests(REQUESTS[size]);
  const since = tallyBetween(regained, tally.now);
  await world.rest();
  await world.settle(isClean);
  const { dirtyKeys } = router.status.next;
  world.work();
  return [
    atLeast('reads that legacy answered while it was away', during.reads.legacy, 1),
    atLeast('reads that Redis answers again, in %', (100 * since.reads.next) / readsOf(since), 10),
    none('keys that are not repaired', dirtyKeys),
  ];
}

function numbered(check: Check, index: number, losses: readonly Loss[]): Check {
  return losses.length === 1 ? check : { ...check, title: `${index + 1}: ${check.title}` };
}
