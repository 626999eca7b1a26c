import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CacheHierarchy } from '../../consumers/cache-hierarchy.js';
import { atLeast, figure } from '../check.js';
import { climbTo } from '../climb.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

const WARM = { full: 9000, small: 1500 };
const LOOKED_AT = { full: 600, small: 300 };
/** Of the entries before the restart, what must be there after it; a few have expired. */
const RESTORED = 0.9;
/** Of the hit ratio before the restart, what must be there right after it. */
const HITS = 0.8;

/** A deployment in the middle of a migration. */
export const restart: Scenario = {
  name: 'restart',
  title: 'a service that restarts begins with what it had, and nothing of it is stale',
  failsWith: 'no-restore',
  run: async (context) => {
    const { size, say, sabotage } = context;
    const folder = await mkdtemp(join(tmpdir(), 'resync-restart-'));
    const { createRouter } = new Supervision(context);
    const world = await startWorld(context, {
      createRouter,
      isBusy: true,
      ...(sabotage !== 'no-restore' && { snapshotFile: join(folder, 'snapshot.json') }),
    });
    try {
      await climbTo(100, world.component('hierarchy').router);
      await world.requests(WARM[size]);
      const before = await hitRatioOf(world.resync.hierarchy, () =>
        world.requests(LOOKED_AT[size]),
      );
      const entries = (await world.resync.hierarchy.size()).l2;
      await world.rest();
      const first = await world.endWindow();
      say(`the service restarts, with ${entries} entries`);
      const begun = performance.now();
      await world.restart();
      const seconds = (performance.now() - begun) / 1000;
      const restored = (await world.resync.hierarchy.size()).l2;
      await world.endWindow();
      world.work();
      const after = await hitRatioOf(world.resync.hierarchy, () => world.requests(LOOKED_AT[size]));
      await climbTo(100, world.component('hierarchy').router);
      await world.requests(LOOKED_AT[size]);
      const second = await world.endWindow();
      return [
        figure('the restart took', `${seconds.toFixed(2)} s`),
        atLeast('entries that were restored', restored, RESTORED * entries),
        figure('hits of level two before, in %', (100 * before).toFixed(1)),
        atLeast('hits of level two right after, in %', 100 * after, 100 * HITS * before),
        ...unnoticed([first, second]),
      ];
    } finally {
      await world.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function hitRatioOf(hierarchy: CacheHierarchy, during: () => Promise<void>): Promise<number> {
  const before = hierarchy.counts;
  await during();
  const after = hierarchy.counts;
  const hits = after.l2Hits - before.l2Hits;
  return hits / (hits + after.l2Misses - before.l2Misses);
}
