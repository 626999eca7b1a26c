import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { atLeast, none } from '../check.js';
import { fuzzCache } from '../fuzz/fuzz-cache.js';
import { fuzzHttp } from '../fuzz/fuzz-http.js';
import { diceFrom } from '../fuzz/hostile.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

const OPERATIONS = { full: 50_000, small: 2000 };
const REQUESTS = { full: 2000, small: 200 };
const SHOWN = 5;

/** Keys, values, lifetimes and requests that nobody should send. */
export const fuzzing: Scenario = {
  name: 'fuzzing',
  title: 'hostile keys, values, lifetimes and requests are refused, and nothing else is harmed',
  failsWith: 'naive-router',
  run: async (context) => {
    const { seed, size, say } = context;
    const random = xoroshiro128plus(seed);
    const dice = diceFrom(() => uniformFloat64(random));
    const { createRouter } = new Supervision(context);
    say(`${OPERATIONS[size]} operations on a cache`);
    const cache = await fuzzCache(createRouter, { dice, operations: OPERATIONS[size] });
    const world = await startWorld(context, { createRouter, isBusy: true });
    try {
      say(`${REQUESTS[size]} requests`);
      const http = await fuzzHttp(world.url, { dice, requests: REQUESTS[size] });
      const odd = [...cache.taken, ...cache.wrong, ...http.broken];
      for (const what of odd.slice(0, SHOWN)) say(what);
      return [
        atLeast('operations on a cache', cache.operations, OPERATIONS[size]),
        none('hostile arguments that were taken', cache.taken.length),
        none('reads of something else than was written last', cache.wrong.length),
        none('hostile requests that broke something', http.broken.length),
        ...unnoticed([await world.endWindow()]),
      ];
    } finally {
      await world.close();
    }
  },
};
