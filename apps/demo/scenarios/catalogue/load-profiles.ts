import { atLeast, figure, type Check } from '../check.js';
import { climbTo } from '../climb.js';
import { runClosedLoop } from '../closed-loop.js';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

/** Users who are there at once, and what each of them does. */
interface Profile {
  readonly users: number;
  readonly operations: number;
}

/** Writes of the new cache fail now and then: a router that does not mind shows stale values. */
const FAILING = 0.3;

export const loadProfiles: readonly Scenario[] = [
  profile('load-10x100', { users: 10, operations: 100 }),
  profile('load-50x200', { users: 50, operations: 200 }),
  profile('load-100x500', { users: 100, operations: 500 }),
  profile('concurrent-2000', { users: 2000, operations: 10 }),
];

function profile(name: string, { users, operations }: Profile): Scenario {
  return {
    name,
    title: `${users} users at once do ${operations} operations each, in the middle of a migration`,
    failsWith: 'naive-router',
    run: (context) =>
      runProfile(context, {
        users,
        operations: context.size === 'full' ? operations : Math.max(3, Math.ceil(1500 / users)),
      }),
  };
}

async function runProfile(
  context: ScenarioContext,
  { users, operations }: Profile,
): Promise<readonly Check[]> {
  const { createRouter } = new Supervision(context);
  const world = await startWorld(context, {
    createRouter,
    timeoutMs: 60_000,
    connections: users,
  });
  try {
    const { router, chaos } = world.component('hierarchy');
    await climbTo(50, router);
    chaos.inject({ kind: 'fail' }, { operations: ['set', 'fill', 'delete'], rate: FAILING });
    context.say(`${users} users, ${operations} operations each`);
    const loop = { users, operations };
    const { window, perSecond } = await runClosedLoop(world, loop, context.signal);
    for (const incident of window.incidents) context.say(incident);
    return [
      atLeast('operations that came to an end', window.requests, users * operations),
      figure('operations a second', perSecond.toFixed(0)),
      figure('P95', `${window.p95Ms.toFixed(1)} ms`),
      figure('slowest', `${window.maxMs.toFixed(1)} ms`),
      ...unnoticed([window]),
    ];
  } finally {
    await world.close();
  }
}
