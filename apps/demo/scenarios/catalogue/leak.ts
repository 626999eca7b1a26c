import { heapAfterCollection } from '../../rehearsal/heap.js';
import { atMost, figure } from '../check.js';
import { climbTo } from '../climb.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

const USERS = 20;
const OPERATIONS = { full: 200, small: 40 };
/** Rounds before anything is measured, until every key is there; and those that are. */
const WARM_UP = { full: 4, small: 3 };
const ROUNDS = { full: 8, small: 3 };
/** Of the heap in megabytes for a thousand operations. */
const MOST_PER_THOUSAND = 1;
const MEGABYTE = 2 ** 20;

/** The same load again and again, and the heap after each time. */
export const leak: Scenario = {
  name: 'leak',
  title: 'the heap does not grow with the number of operations',
  failsWith: 'leaky-router',
  run: async (context) => {
    const { size, say, signal } = context;
    const { createRouter } = new Supervision(context);
    const world = await startWorld(context, { createRouter });
    try {
      await climbTo(50, world.component('hierarchy').router);
      const heaps: number[] = [];
      for (let round = 0; round < WARM_UP[size] + ROUNDS[size]; round += 1) {
        await world.load.runLoop({ users: USERS, operations: OPERATIONS[size] }, signal);
        const heap = heapAfterCollection() / MEGABYTE;
        say(`heap after round ${round + 1}: ${heap.toFixed(1)} MB`);
        if (round >= WARM_UP[size] - 1) heaps.push(heap);
      }
      const thousands = (USERS * OPERATIONS[size] * ROUNDS[size]) / 1000;
      const growth = ((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)) / thousands;
      return [
        figure('heap before and after', heaps.map((heap) => heap.toFixed(1)).join(' → ')),
        atMost('growth in MB for 1000 operations', growth, MOST_PER_THOUSAND),
        ...unnoticed([await world.endWindow()]),
      ];
    } finally {
      await world.close();
    }
  },
};
