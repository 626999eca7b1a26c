import { CacheMigrationManager } from '../../src/index.js';
import { simulate, type SimulationOptions } from './simulation.js';

/** The manager, with limits that the scheduler's clock reaches. */
export const createManager: SimulationOptions['create'] = (parts) =>
  new CacheMigrationManager<string>({
    component: 'simulation',
    limits: { next: 50, legacy: 50, clear: 100, drain: 500 },
    shadowRate: 0.5,
    random: () => 0,
    ...parts,
  });

/** What came out of many runs; each finding names its seed. */
export interface SeedsResult {
  readonly violations: readonly string[];
  readonly failedCalls: readonly string[];
  readonly diverged: readonly string[];
  readonly answeredReads: number;
  readonly operations: number;
  readonly stages: ReadonlySet<string>;
}

/** Runs the seeds from 1 on, one after the other. */
export async function runSeeds({
  seeds,
  ...options
}: Pick<SimulationOptions, 'create' | 'faulty' | 'steps'> & {
  readonly seeds: number;
}): Promise<SeedsResult> {
  const violations: string[] = [];
  const failedCalls: string[] = [];
  const diverged: string[] = [];
  const stages = new Set<string>();
  let [answeredReads, operations] = [0, 0];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const named = (finding: string): string => `seed ${seed}: ${finding}`;
    const result = await simulate({ ...options, seed });
    violations.push(...result.violations.map(named));
    failedCalls.push(...result.failedCalls.map(named));
    diverged.push(...result.diverged.map(named));
    for (const stage of result.stages) stages.add(stage);
    answeredReads += result.answeredReads;
    operations += result.operations;
  }
  return { violations, failedCalls, diverged, answeredReads, operations, stages };
}
