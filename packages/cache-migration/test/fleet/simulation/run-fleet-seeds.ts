import { simulateFleet, type FleetSimulationOptions } from './simulate-fleet.js';

/** What came out of many runs; each finding names its seed. */
export interface FleetSeedsResult {
  readonly violations: readonly string[];
  readonly stuck: readonly string[];
  readonly answeredReads: number;
  readonly excusedReads: number;
  readonly operations: number;
  readonly stages: ReadonlySet<string>;
}

/** Which seeds are run, and how. */
type FleetSeedsOptions = Omit<FleetSimulationOptions, 'seed'> & {
  /** The first seed. */
  readonly from?: number;
  /** The last one. */
  readonly seeds: number;
  /** Whether what was found is enough. */
  readonly isOver?: (violations: readonly string[]) => boolean;
};

/** Runs the seeds from 1 on, one after the other. */
export async function runFleetSeeds({
  seeds,
  from = 1,
  isOver = () => false,
  ...options
}: FleetSeedsOptions): Promise<FleetSeedsResult> {
  const violations: string[] = [];
  const stuck: string[] = [];
  const stages = new Set<string>();
  const sums = { answeredReads: 0, excusedReads: 0, operations: 0 };
  for (let seed = from; seed <= seeds && !isOver(violations); seed += 1) {
    const named = (finding: string): string => `seed ${seed}: ${finding}`;
    const result = await simulateFleet({ ...options, seed });
    violations.push(...result.violations.map(named));
    stuck.push(...result.stuck.map(named));
    for (const stage of result.stages) stages.add(stage);
    sums.answeredReads += result.answeredReads;
    sums.excusedReads += result.excusedReads;
    sums.operations += result.operations;
  }
  return { violations, stuck, stages, ...sums };
}
