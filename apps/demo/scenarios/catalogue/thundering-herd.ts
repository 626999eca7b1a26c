import { none, atMost } from '../check.js';
import { climbTo } from '../climb.js';
import type { Scenario } from '../scenario.js';
import { Supervision } from '../supervision.js';
import { startWorld, unnoticed } from '../world.js';

const HERD = { full: 500, small: 100 };
const ROUNDS = { full: 10, small: 3 };
const JOB = 'job-321';

/** Everybody wants what has just expired. */
export const thunderingHerd: Scenario = {
  name: 'thundering-herd',
  title: 'however many want what is not there, the scheduler is asked once',
  failsWith: 'naive-router',
  run: async (context) => {
    const { size, say } = context;
    const { createRouter } = new Supervision(context);
    const world = await startWorld(context, { createRouter });
    try {
      await climbTo(50, world.component('hierarchy').router);
      const path = `GET /twsd/model/jobdefinition/${JOB}`;
      const asked = (): number => world.tws.requests.get(path) ?? 0;
      let [failed, most] = [0, 0];
      for (let round = 0; round < ROUNDS[size]; round += 1) {
        await world.resync.hierarchy.delete(`job:${JOB}`);
        const before = asked();
        const answers = await Promise.all(
          Array.from({ length: HERD[size] }, (_, user) => askFor(world.url, user)),
        );
        failed += answers.filter((isFine) => !isFine).length;
        most = Math.max(most, asked() - before);
        say(`${HERD[size]} readers at once: ${asked() - before} questions to the scheduler`);
      }
      return [
        atMost('questions to the scheduler for one herd', most, 1),
        none('readers without an answer', failed),
        ...unnoticed([await world.endWindow()]),
      ];
    } finally {
      await world.close();
    }
  },
};

async function askFor(url: string, user: number): Promise<boolean> {
  const response = await fetch(`${url}/api/jobs/${JOB}`, {
    headers: { authorization: `Bearer herd-${user}` },
  });
  const { id } = (await response.json()) as { id?: string };
  return response.ok && id === JOB;
}
