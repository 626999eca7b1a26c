import { describe, expect, it } from 'vitest';
import { STAGES } from '../../src/index.js';
import { runFleetSeeds } from './simulation/run-fleet-seeds.js';
import type { Breach } from './simulation/simulate-fleet.js';

const SIZE = { seeds: 120, steps: 500 };

describe('two processes under a scheduler that decides what happens next', () => {
  it.each([
    { policy: 'fail', processes: 'steady', faulty: [] },
    { policy: 'fail', processes: 'failing', faulty: [] },
    { policy: 'fail', processes: 'failing', faulty: ['next'] },
    { policy: 'fail', processes: 'failing', faulty: ['legacy', 'next'] },
    { policy: 'accept', processes: 'steady', faulty: ['next'] },
    { policy: 'accept', processes: 'failing', faulty: ['legacy', 'next'] },
  ] as const)(
    'no read is stale, no lifetime is extended and nothing gets stuck, with %j',
    async (world) => {
      const result = await runFleetSeeds({ ...SIZE, ...world });
      expect(result.violations).toEqual([]);
      expect(result.stuck).toEqual([]);
      expect([...result.stages].sort()).toEqual([...STAGES].sort());
      expect(result.answeredReads).toBeGreaterThan(SIZE.seeds);
    },
  );

  it.each<{
    breach: Breach;
    from: number;
    processes: 'steady' | 'failing';
    faulty: readonly 'next'[];
  }>([
    { breach: 'fills without a lease', from: 40, processes: 'steady', faulty: [] },
    { breach: 'acknowledges at once', from: 100, processes: 'steady', faulty: [] },
    { breach: 'ignores the fence', from: 1150, processes: 'failing', faulty: [] },
    { breach: 'warm without emptying', from: 990, processes: 'steady', faulty: ['next'] },
  ])('a fleet that $breach is caught', async (world) => {
    const { violations } = await runFleetSeeds({
      ...world,
      steps: SIZE.steps,
      seeds: 3000,
      isOver: ({ length }) => length > 0,
      policy: 'fail',
      world: 'hasty',
    });
    expect(violations[0]).toContain('I1');
  });
});
