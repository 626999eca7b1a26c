import { describe, expect, it } from 'vitest';
import type { MigrationTarget } from '../src/index.js';
import { operateWithHangingNext } from './fixtures/hanging-next.js';
import { timeToPass } from './fixtures/migration.js';

const OPERATIONS = 3000;
const STAGES: readonly MigrationTarget[] = [
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  { stage: 'live', percentage: 100 },
];

describe('while next hangs for ever', () => {
  it.each(STAGES)('no caller gets an error, in %j', async (target) => {
    expect((await operateWithHangingNext(target, OPERATIONS)).errors).toBe(0);
  });

  it.each(STAGES.slice(0, 2))('nobody waits for it, in %j', async (target) => {
    expect((await operateWithHangingNext(target, OPERATIONS)).delayed).toBe(0);
  });

  it('nobody waits for it in live, once the breaker is open', async () => {
    // As many calls in a row as open it.
    expect((await operateWithHangingNext({ stage: 'live', percentage: 100 }, 2000)).delayed).toBe(
      5,
    );
  });

  it.each(STAGES)('every transition ends, from %j on', async (target) => {
    const { manager, clock } = await operateWithHangingNext(target, OPERATIONS);
    const onward =
      target.stage === 'dualwrite'
        ? ({ stage: 'shadow' } as const)
        : ({ stage: 'live', percentage: 0 } as const);
    const step = manager.transition(onward);
    await timeToPass(clock, 20_000);
    await step;
    const rollback = manager.rollback('next hangs');
    await timeToPass(clock, 20_000);
    await rollback;
    expect(['off', 'live']).toContain(manager.state.stage);
  });
});
