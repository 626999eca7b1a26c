import type { Fault } from '@resync/cache-contract/testing';
import { atLeast, equal, none, type Check } from '../check.js';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

const PERCENTAGE = 50;
/** Before the fault; with the fault, at most; afterwards. */
const REQUESTS = { full: 4000, small: 600 };
const TIMEOUT_MS = 4000;
/** The fault ends after so many looks, ten a second, where it keeps requests from being answered. */
const MOST_LOOKS = 80;

export const brokenNext: Scenario = {
  name: 'broken-next',
  title: 'nobody notices that the new cache fails, and the judge rolls it back',
  failsWith: 'naive-router',
  run: (context) => withFault(context, { kind: 'fail' }),
};

export const hungNext: Scenario = {
  name: 'hung-next',
  title: 'nobody waits for a new cache that hangs, and the judge rolls it back',
  failsWith: 'naive-router',
  run: (context) => withFault(context, { kind: 'hang' }),
};

async function withFault(context: ScenarioContext, fault: Fault): Promise<readonly Check[]> {
  const supervision = new Supervision(context);
  const world = await startWorld(context, {
    createRouter: supervision.createRouter,
    isBusy: true,
    timeoutMs: TIMEOUT_MS,
  });
  const { router, chaos, tally } = world.component('hierarchy');
  try {
    const driver = await supervision.watch(world.component('hierarchy'), {
      percentage: PERCENTAGE,
    });
    await world.requests(REQUESTS[context.size]);
    const before = tally.now.fallbacks.failed;
    context.say(`from now on the new cache of the hierarchy does this: ${fault.kind}`);
    chaos.inject(fault);
    let looks = 0;
    await world.requests(REQUESTS[context.size], () => (looks += 1) > MOST_LOOKS);
    const fallbacks = tally.now.fallbacks.failed - before;
    context.say('it works again');
    chaos.heal();
    chaos.release();
    const isClean = (): boolean => !router.status.next.isCold && router.status.next.dirtyKeys === 0;
    await world.requests(REQUESTS[context.size]);
    await world.rest();
    await world.settle(isClean);
    await driver.stop();
    const { state, status } = router;
    const window = await world.endWindow();
    for (const incident of window.incidents) context.say(incident);
    return [
      atLeast('reads that legacy answered in its place', fallbacks, 1),
      equal('decision', supervision.sentence('rollback') || 'none', /rolled back .*(errors|fallb)/),
      equal('where it is now', `${state.stage} ${state.percentage}`, 'live 0'),
      none('keys that are not repaired', status.next.dirtyKeys),
      ...unnoticed([window]),
    ];
  } finally {
    chaos.heal();
    chaos.release();
    await world.close();
  }
}
