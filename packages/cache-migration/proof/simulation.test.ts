import { expect, it } from 'vitest';
import { runSeeds } from '../test/simulation/run-seeds.js';
import {
  ALL_OPERATIONS,
  createManager,
  createTightManager,
} from '../test/simulation/simulated-manager.js';

const SIZE = { seeds: 3000, steps: 400, operations: ALL_OPERATIONS };

it.each([
  ['no faults', [], createManager],
  ['faults of next', ['next'], createManager],
  ['faults of legacy', ['legacy'], createManager],
  ['faults of both', ['legacy', 'next'], createManager],
  ['faults of both, every bound reached at once', ['legacy', 'next'], createTightManager],
] as const)('many schedules break no promise, with %s', async (name, faulty, create) => {
  const begun = performance.now();
  const result = await runSeeds({ ...SIZE, create, faulty });
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(
    `schedules with ${name}: ${SIZE.seeds} of ${SIZE.steps} steps, ${result.operations} operations, ` +
      `${result.checked} answers checked, ${Math.round(result.operations / seconds)} operations/s\n`,
  );
  expect(result.violations).toEqual([]);
});
