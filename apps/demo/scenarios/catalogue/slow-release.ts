import { ManualClock } from '@resync/cache-contract/testing';
import type { RouterFactory } from '../../server/component-migration.js';
import { readsOf } from '../../server/component-tally.js';
import { latencyDraws, seededLatency } from '../../stand-ins/seeded-latency.js';
import { atMost, equal, figure } from '../check.js';
import { withLatency } from '../latency-cache.js';
import type { Scenario } from '../scenario.js';
import { Supervision, type ComparedSides } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

/** Reads that next is 25 % slower at; the plan rolls back above 10 %. */
const MEDIAN_MS = 8;
const SLOWER = 1.25;
const SIGMA = 0.2;
const PERCENTAGE = 25;
/** A machine that stands still for a moment is no fault of next. */
const PATIENCE_MS = 5000;
const REQUESTS = { full: 12_000, small: 4000 };

/**
 * A new cache that works, and is slower. Users wait for it as long as it takes; the judge reads both
 * sides by a clock that only their latencies move, so that a busy machine is no evidence.
 */
export const slowRelease: Scenario = {
  name: 'slow-release',
  title: 'the judge rolls back a new cache that is 25 % slower, at milliseconds',
  failsWith: 'no-judge',
  run: async (context) => {
    const { seed } = context;
    const latencies = {
      legacy: { seed, medianMs: MEDIAN_MS, sigma: SIGMA },
      next: { seed: seed + 1, medianMs: SLOWER * MEDIAN_MS, sigma: SIGMA },
    };
    const compared = new Map<string, ComparedSides>();
    const supervision = new Supervision(context, {
      compared: ({ component }) => compared.get(component),
    });
    const createRouter: RouterFactory = (options) => {
      if (options.component !== 'hierarchy') return supervision.createRouter(options);
      const clock = new ManualClock(0);
      compared.set(options.component, {
        clock,
        legacy: timedBy(clock, { cache: options.legacy, draw: latencyDraws(latencies.legacy) }),
        next: timedBy(clock, { cache: options.next, draw: latencyDraws(latencies.next) }),
      });
      const legacy = withLatency(options.legacy, seededLatency(latencies.legacy));
      const next = withLatency(options.next, seededLatency(latencies.next));
      return supervision.createRouter({ ...options, legacy, next, limits: { next: PATIENCE_MS } });
    };
    const world = await startWorld(context, { createRouter, isBusy: true });
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

type Timed = ComparedSides['legacy'];

/** The cache, each read of which moves the clock by its latency, and takes no time otherwise. */
function timedBy(
  clock: ManualClock,
  { cache, draw }: { readonly cache: Timed; readonly draw: () => number },
): Timed {
  return {
    lookup: async (key) => {
      const found = await cache.lookup(key);
      clock.advance(draw());
      return found;
    },
  };
}
