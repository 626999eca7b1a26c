import { atLeast, atMost, equal } from '../check.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

const PERCENTAGE = 50;
const ENTRY_BYTES = 1000;
const FLOOD = { full: 30_000, small: 4000 };
const REQUESTS = { full: 3000, small: 300 };

/** A new cache that takes up more and more. */
export const memoryPressure: Scenario = {
  name: 'memory-pressure',
  title: 'a new cache that takes too much memory is emptied, and legacy answers meanwhile',
  failsWith: 'no-judge',
  run: async (context) => {
    const { size, say } = context;
    const supervision = new Supervision(context);
    const world = await startWorld(context, {
      createRouter: supervision.createRouter,
      isBusy: true,
    });
    const { router, chaos } = world.component('hierarchy');
    const most = FLOOD[size] / 2;
    try {
      const driver = await supervision.watch(world.component('hierarchy'), {
        percentage: PERCENTAGE,
        memory: async () => ((await chaos.size()) > most ? 'over' : 'within'),
      });
      await world.requests(REQUESTS[size]);
      say(`${FLOOD[size]} entries of ${ENTRY_BYTES} bytes flood the hierarchy`);
      let peak = 0;
      for (let index = 0; index < FLOOD[size]; index += 1) {
        const value = 'x'.repeat(ENTRY_BYTES - 10) + String(index).padStart(10);
        await world.resync.hierarchy.set(`flood:${index}`, value, { ttl: 600_000 });
        if (index % 100 === 0) peak = Math.max(peak, await chaos.size());
      }
      await world.requests(REQUESTS[size]);
      const { state } = router;
      await driver.stop();
      return [
        atLeast('entries of next, at most', peak, most),
        atMost('entries of next, now', await chaos.size(), most),
        equal('decision', supervision.sentence('relieve') || 'none', /memory/),
        equal('where it is now', `${state.stage} ${state.percentage}`, 'live 0'),
        ...unnoticed([await world.endWindow()]),
      ];
    } finally {
      await world.close();
    }
  },
};
