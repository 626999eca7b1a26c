import type { CreateRouter } from '../router.js';
import { withoutStackTraces } from '../without-stack-traces.js';
import { explore, replay, type Bound, type Finding } from './explore.js';
import type { Scenario } from './scenario.js';

/** What came out of many scenarios. */
export interface TotalExploration {
  readonly scenarios: number;
  readonly schedules: number;
  readonly states: number;
  readonly steps: number;
  /** Of each scenario the shortest, with everything that happens in it. */
  readonly findings: readonly string[];
}

/** Explores one scenario after the other, each to its end, also when something is found. */
export function exploreAll(
  scenarios: readonly Scenario[],
  create: CreateRouter,
  bound: Bound,
): Promise<TotalExploration> {
  return withoutStackTraces(async () => {
    const findings: string[] = [];
    let [schedules, states, steps] = [0, 0, 0];
    for (const scenario of scenarios) {
      const result = await explore(scenario, create, bound);
      const [shortest] = result.findings;
      if (shortest !== undefined) findings.push(await told(scenario, create, shortest));
      schedules += result.schedules;
      states += result.states;
      steps += result.steps;
    }
    return { scenarios: scenarios.length, schedules, states, steps, findings };
  });
}

/** The finding, and all that happens on the way to it. */
async function told(
  scenario: Scenario,
  create: CreateRouter,
  { choices, violations }: Finding,
): Promise<string> {
  const lines: string[] = [];
  await replay(scenario, create, { choices, trace: (line) => lines.push(line) });
  return [
    `${scenario.name}: ${violations.join('; ')}`,
    `replay(scenario, create, { choices: [${choices.join(', ')}] }):`,
    ...lines,
  ].join('\n');
}
