import { exploreAll, type TotalExploration } from '../test/simulation/exploration/explore-all.js';
import type { Scenario } from '../test/simulation/exploration/scenario.js';
import type { CreateRouter } from '../test/simulation/router.js';

/** Explores, and prints how far that went. */
export async function printExploration(
  name: string,
  scenarios: readonly Scenario[],
  { create, delays }: { readonly create: CreateRouter; readonly delays: number },
): Promise<TotalExploration> {
  const begun = performance.now();
  const total = await exploreAll(scenarios, create, { delays });
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(
    `exploration, ${name}: ${total.scenarios} scenarios, ` +
      `${delays === Infinity ? 'every order' : `at most ${delays} delays`}, ` +
      `${total.schedules} schedules, ${total.states} states, ` +
      `${Math.round(total.schedules / seconds)} schedules/s\n`,
  );
  return total;
}
