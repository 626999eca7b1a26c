import type { Cache } from '@resync/cache-contract';
import type { RouterFactory } from '../../server/component-migration.js';
import { readsOf } from '../../server/component-tally.js';
import { seededLatency } from '../../stand-ins/seeded-latency.js';
import { atMost, equal, figure } from '../check.js';
import { withLatency } from '../latency-cache.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

/** Reads that next is 25 % slower at; the plan rolls back above 10 %. */
const MEDIAN_MS = 8;
const SLOWER = 1.25;
const SIGMA = 0.2;
const PERCENTAGE = 25;
const REQUESTS = { full: 12_000, small: 4000 };

/** A new cache that works, and is slower. */
export const slowRelease: Scenario = {
  name: 'slow-release',
  title: 'the judge rolls back a new cache that is 25 % slower, at milliseconds',
  failsWith: 'no-judge',
  run: async (context) => {
    const supervision = new Supervision(context, { sampling: 1 });
    const slow = <V>(cache: Cache<V>, medianMs: number): Cache<V> =>
      withLatency(cache, seededLatency({ seed: context.seed, medianMs, sigma: SIGMA }));
    const createRouter: RouterFactory = (options) => {
      if (options.component !== 'hierarchy') return supervision.createRouter(options);
      const legacy = slow(options.legacy, MEDIAN_MS);
      const next = slow(options.next, SLOWER * MEDIAN_MS);
      return supervision.createRouter({ ...options, legacy, next });
    };
    const world = await startWorld(context, { createRouter, requestsPerSecond: 300 });
    try {
      const hierarchy = world.component('hierarchy');
      const driver = await supervision.watch(hierarchy, { percentage: PERCENTAGE });
      const isRolledBack = (): boolean => supervision.sentence('rollback') !== '';
      await world.requests(REQUESTS[context.size], isRolledBack);
      const reads = readsOf(hierarchy.tally.now);
      await world.requests(50);
      await driver.stop();
      const { state } = hierarchy.router;
      return [
        equal('decision', supervision.sentence('rollback') || 'none', /rolled back .* latency/),
        equal('where it is now', `${state.stage} ${state.percentage}`, 'live 0'),
        atMost('requests until then', world.load.requests, REQUESTS[context.size]),
        figure('reads of the component until then', `${reads}`),
        ...unnoticed([await world.endWindow()]),
      ];
    } finally {
      await world.close();
    }
  },
};
