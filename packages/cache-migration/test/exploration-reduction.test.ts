import { AddOnMiss } from '@resync/tooling-naive-router';
import { describe, expect, it } from 'vitest';
import { explore, replay } from './simulation/exploration/explore.js';
import type { Scenario } from './simulation/exploration/scenario.js';
import { QUIET } from './simulation/exploration/scenarios.js';
import type { CreateRouter } from './simulation/router.js';

const create: CreateRouter = (parts) => new AddOnMiss<string>(parts);

/** One read that is taken over too late, one delete, and a call that may go wrong. */
const SCENARIO: Scenario = {
  ...QUIET,
  name: 'a delete and an add',
  preparations: [
    ...(['dualwrite', 'shadow'] as const).map((stage) => ({ stage })),
    { stage: 'live', percentage: 100 },
    { kind: 'set', key: 'a', value: 'old', ttl: 1_000_000 },
    { side: 'next', key: 'a' },
  ],
  clients: [[{ kind: 'get', key: 'a' }], [{ kind: 'delete', key: 'a' }]],
  moves: [],
  keys: ['a'],
};

/** What all runs come to that the bound allows, each of them gone to its end. */
async function everyRun(scenario: Scenario, delays: number) {
  const ends = new Set<number>();
  const violations = new Set<string>();
  const goOn = async (choices: readonly number[], delaysLeft: number): Promise<void> => {
    const schedule = await replay(scenario, create, { choices });
    if (schedule.isOver) {
      ends.add(schedule.fingerprint);
      for (const violation of schedule.violations) violations.add(withoutMoments(violation));
      return;
    }
    for (const [index, choice] of schedule.choices().entries()) {
      const left = delaysLeft - choice.delays;
      if (left >= 0) await goOn([...choices, index], left);
    }
  };
  await goOn([], delays);
  return { ends: ends.size, violations: [...violations].sort() };
}

function withoutMoments(violation: string): string {
  return violation.replaceAll(/ at \d+/g, '');
}

describe.each([0, 1, 2, 3, Infinity])('with %d delays', (delays) => {
  it.each([
    ['nothing wrong', 0],
    ['one fault', 1],
  ])('runs that are left out with %s end like one that is not', async (_, budget) => {
    const scenario: Scenario = {
      ...SCENARIO,
      faults: { sides: ['next'], kinds: ['fail'], budget },
    };
    const every = await everyRun(scenario, delays);
    const explored = await explore(scenario, create, { delays, findings: Infinity });
    const violations = explored.findings.flatMap((finding) => finding.violations);
    expect([...new Set(violations.map(withoutMoments))].sort()).toEqual(every.violations);
    expect(explored.schedules).toBe(every.ends);
  });
});
