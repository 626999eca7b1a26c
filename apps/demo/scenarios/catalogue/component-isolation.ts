import type { ComponentMigration } from '../../server/component-migration.js';
import { readsOf, tallyBetween, type Tally } from '../../server/component-tally.js';
import { atLeast, equal, figure, none } from '../check.js';
import { climbTo } from '../climb.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, type World } from '../world.js';

/** The component, and the only kind of request that asks it for anything. */
const ISOLATED = { component: 'core', request: 'boot status' } as const;
const PERCENTAGE = 50;
/** Before the fault; with it; afterwards. */
const REQUESTS = { full: 4000, small: 500 };
/** Requests of the users between two questions whether it is back, and how often that is asked. */
const ASK_AFTER = 20;
const MOST_ASKED = 1000;

/** In the middle of all migrations one component loses both its caches. */
export const componentIsolation: Scenario = {
  name: 'component-isolation',
  title: 'a component that loses both caches takes nobody else with it, and comes back by itself',
  failsWith: 'one-pair',
  run: async (context) => {
    const { createRouter } = new Supervision(context);
    const world = await startWorld(context, { createRouter, isBusy: true });
    const isolated = world.component(ISOLATED.component);
    const { migrations } = world.resync;
    const others = migrations.filter((migration) => migration !== isolated);
    // As if the entries of all were in one pair of caches.
    const faulty = context.sabotage === 'one-pair' ? migrations : [isolated];
    const caches = faulty.flatMap(({ chaos, legacyChaos }) => [chaos, legacyChaos]);
    try {
      for (const { router } of migrations) await climbTo(PERCENTAGE, router);
      await world.requests(REQUESTS[context.size]);
      const before = await world.endWindow();

      const talliesBefore = others.map(({ tally }) => tally.now);
      context.say(`from now on both caches of ${ISOLATED.component} fail`);
      for (const cache of caches) cache.inject({ kind: 'fail' });
      await world.requests(REQUESTS[context.size]);
      const during = await world.endWindow();
      const { failures } = isolated.tally.now;
      const seen = sumOf(others, talliesBefore);

      context.say('they work again');
      for (const cache of caches) cache.heal();
      const healed = performance.now();
      await untilAnswered(world);
      const seconds = (performance.now() - healed) / 1000;
      const between = await world.endWindow();
      await world.requests(REQUESTS[context.size]);
      await world.rest();
      const after = await world.endWindow();

      const failedThere = during.failedBy[ISOLATED.request] ?? 0;
      const windows = [before, during, between, after];
      return [
        atLeast('calls to its caches that failed', failures, 1),
        figure(`requests for the ${ISOLATED.request} that failed`, `${failedThere}`),
        none('failed requests of every other kind', during.failed - failedThere),
        atLeast('reads of the other components meanwhile', seen.reads, 100),
        none('their calls that failed', seen.failures),
        none('their reads that fell back for a failure', seen.fallbacks),
        equal('where all of them are', standings(migrations), ALL_AT_HALF),
        figure('it answers again after', `${seconds.toFixed(1)} s`),
        none('failed requests before it', before.failed),
        none('failed requests after it', after.failed),
        equal(
          'its caches afterwards',
          isRepaired(isolated) ? 'repaired' : 'not repaired',
          'repaired',
        ),
        none(
          'stale reads',
          windows.reduce((sum, { stale }) => sum + stale, 0),
        ),
        none(
          'failed probes',
          windows.reduce((sum, { failedProbes }) => sum + failedProbes, 0),
        ),
      ];
    } finally {
      for (const cache of caches) cache.heal();
      await world.close();
    }
  },
};

/** A breaker lets nothing through until a call in the background was answered, which takes it seconds. */
async function untilAnswered(world: World): Promise<void> {
  for (let ask = 0; ask < MOST_ASKED; ask += 1) {
    await world.requests(ASK_AFTER);
    const { ok } = await fetch(`${world.url}/health/core`);
    if (ok) return;
  }
}

const ALL_AT_HALF = `live ${PERCENTAGE}`;

/** One word where they are all at the same place. */
function standings(migrations: readonly ComponentMigration[]): string {
  const places = migrations.map(({ router }) => `${router.state.stage} ${router.state.percentage}`);
  return [...new Set(places)].join(', ');
}

function isRepaired({ router }: ComponentMigration): boolean {
  const { legacy, next } = router.status;
  return [legacy, next].every(({ isCold, dirtyKeys }) => !isCold && dirtyKeys === 0);
}

/** What was seen of all of them since. */
function sumOf(
  migrations: readonly ComponentMigration[],
  before: readonly Tally[],
): { readonly reads: number; readonly failures: number; readonly fallbacks: number } {
  const sum = { reads: 0, failures: 0, fallbacks: 0 };
  for (const [index, { tally }] of migrations.entries()) {
    const start = before[index];
    if (start === undefined) continue;
    const seen = tallyBetween(start, tally.now);
    sum.reads += readsOf(seen);
    sum.failures += seen.failures;
    sum.fallbacks += seen.fallbacks.failed;
  }
  return sum;
}
