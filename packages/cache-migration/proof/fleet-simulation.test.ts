import { expect, it } from 'vitest';
import { runFleetSeeds } from '../test/fleet/simulation/run-fleet-seeds.js';

const SIZE = { seeds: 800, steps: 800 };

it.each([
  { policy: 'fail', processes: 'failing', faulty: [] },
  { policy: 'fail', processes: 'failing', faulty: ['next'] },
  { policy: 'fail', processes: 'failing', faulty: ['legacy', 'next'] },
  { policy: 'accept', processes: 'failing', faulty: ['legacy', 'next'] },
] as const)(
  'many schedules of two processes: no read is stale and nothing gets stuck, with %j',
  async (world) => {
    const begun = performance.now();
    const result = await runFleetSeeds({ ...SIZE, ...world });
    const seconds = (performance.now() - begun) / 1000;
    process.stdout.write(
      `fleet schedules: ${SIZE.seeds} of ${SIZE.steps} steps with ${JSON.stringify(world)}, ` +
        `${result.operations} operations, ${result.answeredReads} answered reads checked, ` +
        `${result.excusedReads} before the news had arrived, ${Math.round(seconds)} s\n`,
    );
    expect(result.violations).toEqual([]);
    expect(result.stuck).toEqual([]);
  },
);
