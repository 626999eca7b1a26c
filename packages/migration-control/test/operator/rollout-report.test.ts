import { expect, it } from 'vitest';
import { rolloutReport } from '../../src/operator/rollout-report.js';
import { beginRollout, type RolloutState } from '../../src/plan/rollout-state.js';
import { observation, RolloutWorld, smallPlan } from '../plan/rollout-world.js';

it('says where each component is, where it goes next, and what keeps it, with the numbers', () => {
  const world = new RolloutWorld();
  world.lookUntil('core', { stage: 'live', percentage: 10 });
  world.look(1);
  world.seen.set('core', observation(1, { errors: { count: 0, of: 100 } }));
  world.event({ kind: 'taken over' });
  for (let looks = 0; looks < 3; looks += 1) world.look();
  const { plan, state, now } = world;
  const members = [{ id: 'a', isController: true, acknowledged: undefined }];
  const at = { stage: 'live', percentage: 10, epoch: 7 } as const;
  const report = rolloutReport(plan, state, { now, found: { core: { at, members } } });
  expect(report).toMatchObject({ now, isPaused: false });
  expect(report.components[0]).toMatchObject({
    name: 'core',
    status: 'going',
    at,
    members,
    step: { position: 3, of: 8 },
    next: { stage: 'live', percentage: 50 },
    cold: [],
    removableSince: null,
  });
  expect(report.components[0]?.holding).toMatch(
    /^gate errors: not shown to be within its limit \(errors: 0.0 % of \d+ \(limit 0.100 %\)\)$/,
  );
  expect(report.components[1]).toMatchObject({
    at: { stage: 'off', percentage: 0, epoch: 0 },
    step: { position: -1, of: 8 },
    next: { stage: 'dualwrite', percentage: 0 },
    members: undefined,
  });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

it('says since when legacy may go, once the last component has been finished for long enough', () => {
  const plan = smallPlan();
  const begun = beginRollout(plan, true);
  const state: RolloutState = {
    ...begun,
    components: begun.components.map((one, index) => ({ ...one, position: 7, since: index })),
  };
  const from = 1 + plan.finish.removable;
  const since = (now: number): unknown =>
    rolloutReport(plan, state, { now, found: {} }).components.map(
      ({ removableSince, next }) => [removableSince, next] as const,
    );
  expect(since(from - 1)).toEqual([
    [null, undefined],
    [null, undefined],
  ]);
  expect(since(from)).toEqual([
    [from, undefined],
    [from, undefined],
  ]);
});
