import { NaiveRouter } from '@resync/tooling-naive-router';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../src/index.js';
import { runSeeds } from './simulation/run-seeds.js';
import {
  ALL_OPERATIONS,
  createManager,
  createTightManager,
} from './simulation/simulated-manager.js';

const SIZE = { seeds: 150, steps: 300, operations: ALL_OPERATIONS };

describe('under a scheduler that decides what happens next', () => {
  it.each([[[]], [['next']], [['legacy']], [['legacy', 'next']]] as const)(
    'no promise is broken, with faults of %j',
    async (faulty) => {
      const result = await runSeeds({ ...SIZE, create: createManager, faulty });
      expect(result.violations).toEqual([]);
      expect([...result.stages].sort()).toEqual([...STAGES].sort());
      expect(result.checked).toBeGreaterThan(SIZE.seeds);
      expect(result.copied).toBeGreaterThan(SIZE.seeds / 10);
    },
  );

  it('nor with every bound reached at once', async () => {
    const faulty = ['legacy', 'next'] as const;
    const result = await runSeeds({ ...SIZE, create: createTightManager, faulty });
    expect(result.violations).toEqual([]);
    expect(result.checked).toBeGreaterThan(SIZE.seeds);
  });

  it('a naive router is caught', async () => {
    const { violations } = await runSeeds({
      ...SIZE,
      operations: ['get', 'get', 'get', 'set', 'set', 'delete', 'clear', 'load'],
      create: (parts) => new NaiveRouter<string>(parts),
      faulty: ['next'],
    });
    const countOf = (invariant: string): number =>
      violations.filter((violation) => violation.includes(`: ${invariant}: `)).length;
    expect(countOf('I1')).toBeGreaterThan(SIZE.seeds / 10);
    expect(countOf('I3')).toBeGreaterThan(0);
  });
});
