import { runConformance } from '@resync/cache-contract/conformance/run';
import { runClosedLoop } from '../closed-loop.js';
import { kpiCheck } from '../kpi-check.js';
import { Rehearsal, type RehearsalSamples } from '../../rehearsal/rehearsal.js';
import { createImprovedCache } from '../../server/component-migration.js';
import { figure, none } from '../check.js';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, type World } from '../world.js';

/** The small one has next miss so much that a router which forgets it is seen to be stale, on a slow machine too. */
const SAMPLES: Readonly<Record<ScenarioContext['size'], RehearsalSamples>> = {
  full: { warmUp: 20_000, window: 4000, step: 200, fallbacks: 20 },
  small: { warmUp: 200, window: 2000, step: 12, fallbacks: 100 },
};
const CAPACITY_MS = { full: 5000, small: 1000 };
/** More at once would only queue up. */
const CONCURRENCY = 32;
/** The share of the capacity at which the KPIs are taken. */
const LOAD = 0.6;

/** Every component from `off` to `complete`, with a fault and a rollback on the way. */
export const rollout: Scenario = {
  name: 'rollout',
  title: 'all migrations go to complete at 60 % of the measured capacity, and the KPIs are met',
  failsWith: 'naive-router',
  run: async (context) => {
    const { createRouter } = new Supervision(context);
    const world = await startWorld(context, { createRouter });
    try {
      // It takes the service's own core for a while: before anything is measured.
      const conformance = await runConformance(({ clock }) =>
        createImprovedCache(60_000, { clock }),
      );
      const capacity = await measureCapacity(context, world);
      const { migrations, services } = world.resync;
      world.load.setRate(LOAD * capacity);
      const report = await new Rehearsal({
        migrations,
        services,
        fault: { component: 'hierarchy', percentage: 50 },
        load: world.load,
        samples: SAMPLES[context.size],
        view: { event: context.say, standings: () => undefined, end: () => undefined },
        conformance,
        signal: context.signal,
      }).run();
      for (const incident of report.traffic.incidents) context.say(incident);
      return [
        figure('capacity, closed loop', `${capacity.toFixed(0)} requests/s`),
        figure('load, open loop', `${(LOAD * capacity).toFixed(0)} requests/s`),
        none('failed requests', report.traffic.failed),
        none('stale reads', report.traffic.stale),
        none('refused by a rate limit', report.traffic.limited),
        ...report.kpis.map(kpiCheck),
      ];
    } finally {
      await world.close();
    }
  },
};

/** Requests a second that are answered while there is always somebody who waits, in `off` and warm. */
async function measureCapacity(
  { size, say, signal }: ScenarioContext,
  world: World,
): Promise<number> {
  const loop = { users: CONCURRENCY, forMs: CAPACITY_MS[size] };
  await world.load.runLoop(loop, signal);
  const { perSecond } = await runClosedLoop(world, loop, signal);
  say(`capacity: ${perSecond.toFixed(0)} requests/s with ${CONCURRENCY} users`);
  return perSecond;
}
