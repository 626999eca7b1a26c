import { NaiveRouter } from '@resync/tooling-naive-router';
import { describe, expect, it } from 'vitest';
import { CacheMigrationManager } from '../src/index.js';
import { simulate, type SimulationOptions } from './simulation/simulation.js';

const RUNS = Number(process.env['RUNS'] ?? 400);
const STEPS = 300;

const manager: SimulationOptions['create'] = (parts) =>
  new CacheMigrationManager<string>({
    component: 'simulation',
    limits: { next: 50, legacy: 50, clear: 100, drain: 500 },
    shadowRate: 0.5,
    random: () => 0,
    ...parts,
  });

async function runAll(options: Pick<SimulationOptions, 'create' | 'faulty'>) {
  const seen = new Set<string>();
  const violations: string[] = [];
  const failedCalls: string[] = [];
  const diverged: string[] = [];
  let answeredReads = 0;
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const result = await simulate({ ...options, seed, steps: STEPS });
    violations.push(...result.violations.map((violation) => `seed ${seed}: ${violation}`));
    failedCalls.push(...result.failedCalls.map((failure) => `seed ${seed}: ${failure}`));
    diverged.push(...result.diverged.map((key) => `seed ${seed}: ${key}`));
    answeredReads += result.answeredReads;
    for (const stage of result.stages) seen.add(stage);
  }
  return { seen, violations, failedCalls, diverged, answeredReads };
}

describe('under a scheduler that decides what happens next', () => {
  it.each([[[]], [['next']], [['legacy']], [['legacy', 'next']]] as const)(
    'no read is stale and no lifetime extended, with faults of %j',
    async (faulty) => {
      const result = await runAll({ create: manager, faulty });
      const { violations, diverged, seen, answeredReads } = result;
      expect(violations).toEqual([]);
      expect(diverged).toEqual([]);
      expect([...seen].sort()).toEqual([
        'complete',
        'dualwrite',
        'live',
        'off',
        'rampdown',
        'shadow',
      ]);
      expect(answeredReads).toBeGreaterThan(RUNS);
    },
  );

  it('errors of next reach nobody up to live', async () => {
    const { failedCalls } = await runAll({ create: manager, faulty: ['next'] });
    expect(
      failedCalls.filter((failure) => /: (off|dualwrite|shadow|live): .*injected/.test(failure)),
    ).toEqual([]);
  });

  it('a naive router is caught', async () => {
    const { violations } = await runAll({
      create: (parts) => new NaiveRouter<string>(parts),
      faulty: ['next'],
    });
    expect(violations.length).toBeGreaterThan(RUNS / 10);
    expect(violations.some((violation) => violation.includes('I1'))).toBe(true);
    expect(violations.some((violation) => violation.includes('I3'))).toBe(true);
  });
});
