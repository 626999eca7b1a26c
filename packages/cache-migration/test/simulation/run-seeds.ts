import type { Stage } from '../../src/index.js';
import { runRandomly, type RandomSchedule } from './random-schedule.js';
import { withoutStackTraces } from './without-stack-traces.js';

/** What came out of many runs; each violation says how to see it again. */
export interface SeedsResult {
  readonly violations: readonly string[];
  readonly checked: number;
  readonly operations: number;
  /** Entries that warm-ups have put into next. */
  readonly copied: number;
  readonly stages: ReadonlySet<Stage>;
}

/** Runs the seeds from 1 on, one after the other. */
export function runSeeds({
  seeds,
  ...schedule
}: Omit<RandomSchedule, 'seed' | 'trace'> & { readonly seeds: number }): Promise<SeedsResult> {
  return withoutStackTraces(async () => {
    const violations: string[] = [];
    const stages = new Set<Stage>();
    let [checked, operations, copied] = [0, 0, 0];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const result = await runRandomly({ ...schedule, seed });
      violations.push(...result.violations.map((violation) => told(violation, schedule, seed)));
      for (const stage of result.stages) stages.add(stage);
      checked += result.checked;
      operations += result.operations;
      copied += result.copied;
    }
    return { violations, checked, operations, copied, stages };
  });
}

/** What is wrong, behind the call that shows it again. */
function told(
  violation: string,
  { steps, faulty }: Pick<RandomSchedule, 'steps' | 'faulty'>,
  seed: number,
): string {
  const options = `seed: ${seed}, steps: ${steps}, faulty: ${JSON.stringify(faulty)}`;
  return `runRandomly({ create, operations, ${options}, trace: console.log }): ${violation}`;
}
