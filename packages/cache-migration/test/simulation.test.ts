import { NaiveRouter } from '@resync/tooling-naive-router';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../src/index.js';
import { createManager, runSeeds } from './simulation/run-seeds.js';

const SIZE = { seeds: 400, steps: 300 };

describe('under a scheduler that decides what happens next', () => {
  it.each([[[]], [['next']], [['legacy']], [['legacy', 'next']]] as const)(
    'no read is stale, no lifetime is extended and the sides agree, with faults of %j',
    async (faulty) => {
      const result = await runSeeds({ ...SIZE, create: createManager, faulty });
      expect(result.violations).toEqual([]);
      expect(result.diverged).toEqual([]);
      expect([...result.stages].sort()).toEqual([...STAGES].sort());
      expect(result.answeredReads).toBeGreaterThan(SIZE.seeds);
    },
  );

  it('errors of next reach nobody up to live', async () => {
    const { failedCalls } = await runSeeds({ ...SIZE, create: createManager, faulty: ['next'] });
    const reached = failedCalls.filter((failure) =>
      /: (off|dualwrite|shadow|live): .*injected/.test(failure),
    );
    expect(reached).toEqual([]);
  });

  it('a naive router is caught', async () => {
    const { violations } = await runSeeds({
      ...SIZE,
      create: (parts) => new NaiveRouter<string>(parts),
      faulty: ['next'],
    });
    expect(violations.length).toBeGreaterThan(SIZE.seeds / 10);
    expect(violations.some((violation) => violation.includes('I1'))).toBe(true);
    expect(violations.some((violation) => violation.includes('I3'))).toBe(true);
  });
});
