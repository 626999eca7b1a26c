import type { Check } from './check.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import type { Verdict } from './verdict.js';

/** Whether a program that a scenario needs is there; it throws where it has to be. */
export type IsThere = (program: 'redis-server') => boolean;

/** Plays a scenario through. Rejects where the signal ends it, with what it was aborted with. */
export async function runScenario(
  scenario: Scenario,
  context: ScenarioContext,
  isThere: IsThere,
): Promise<Verdict> {
  const begun = performance.now();
  const { name, title, needs } = scenario;
  const { seed, sabotage } = context;
  const known = { scenario: name, title, seed, ...(sabotage && { sabotage }) };
  const end = (checks: readonly Check[], rest: Pick<Verdict, 'verdict' | 'reason'>): Verdict => {
    return { ...known, ...rest, seconds: (performance.now() - begun) / 1000, checks };
  };
  if (needs !== undefined && !isThere(needs)) {
    return end([], { verdict: 'skipped', reason: `no ${needs} on PATH` });
  }
  try {
    const checks = await scenario.run(context);
    return end(checks, { verdict: checks.every(({ isMet }) => isMet) ? 'passed' : 'failed' });
  } catch (error) {
    context.signal.throwIfAborted();
    return end([], { verdict: 'failed', reason: `it broke off: ${String(error)}` });
  }
}
