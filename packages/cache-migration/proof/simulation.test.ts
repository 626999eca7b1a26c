import { expect, it } from 'vitest';
import { createManager, runSeeds } from '../test/simulation/run-seeds.js';

const SIZE = { seeds: 6500, steps: 400 };
const HANG_GUARD_MS = 600_000;

it.each([[[]], [['next']], [['legacy']], [['legacy', 'next']]] as const)(
  'many schedules: no read is stale, no lifetime is extended and the sides agree, with faults of %j',
  { timeout: HANG_GUARD_MS },
  async (faulty) => {
    const begun = performance.now();
    const result = await runSeeds({ ...SIZE, create: createManager, faulty });
    const seconds = (performance.now() - begun) / 1000;
    process.stdout.write(
      `schedules: ${SIZE.seeds} of ${SIZE.steps} steps with faults of ${JSON.stringify(faulty)}, ` +
        `${result.operations} operations, ${result.answeredReads} answered reads checked, ` +
        `${Math.round(result.operations / seconds)} operations/s\n`,
    );
    expect(result.violations).toEqual([]);
    expect(result.diverged).toEqual([]);
  },
);
