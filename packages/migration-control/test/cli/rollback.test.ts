import { expect, it } from 'vitest';
import { rollback } from '../../src/cli/commands/rollback.js';
import { testRollback } from '../../src/cli/commands/test-rollback.js';
import type { ComponentReport } from '../../src/operator/rollout-operator.js';
import { HurriedClock } from './hurried-clock.js';
import { callOn, componentAt, ScriptedConnection } from './scripted-connection.js';

const NAMES = ['a', 'b', 'c', 'd'];
const BACK = { stage: 'live', percentage: 0, epoch: 8 } as const;
const late = { id: 'late', isController: false, acknowledged: { ...BACK, percentage: 10 } };
const there = { id: 'there', isController: true, acknowledged: BACK };
/** More than a look is apart from the next, less than a rollback is waited for. */
const LONGEST = 1000;

it('waits for all components with one look at a time, no more often than the surface answers', async () => {
  const LOOKS = 25;
  const clock = new HurriedClock(LONGEST);
  const connection = new ScriptedConnection({
    names: NAMES,
    report: (count) => ({
      components: NAMES.map((name) =>
        // The first report is from before anything was asked.
        componentAt({
          name,
          ...(count > 1 && { at: BACK }),
          members: count > LOOKS ? [there, there] : [there, late],
        }),
      ),
    }),
  });
  const call = callOn(connection, { options: { all: true, wait: true } }, clock);
  expect(await rollback.run(call)).toMatchObject({
    verdict: 'ok',
    data: { rollbacks: NAMES.map((component) => ({ component })), failures: [], left: [] },
  });
  expect(connection.events.map((event) => 'component' in event && event.component)).toEqual(NAMES);
  expect(connection.reports).toBe(LOOKS + 1);
  expect(LOOKS / (clock.monotonic() / 1000)).toBeLessThan(20);
});

it.each([
  [{ at: { stage: 'complete', percentage: 100, epoch: 9 } }, 'only --cold leads back'],
  [{ at: { stage: 'off', percentage: 0, epoch: 0 }, members: [] }, 'no process has ever joined'],
] as const)('names a component that it leaves where it is: %j', async (place, reason) => {
  const components = [componentAt({ name: 'a' }), componentAt({ name: 'b', ...place })];
  const connection = new ScriptedConnection({ names: ['a', 'b'], report: () => ({ components }) });
  const { data, text, verdict } = await rollback.run(
    callOn(connection, { options: { all: true } }),
  );
  expect(verdict).toBe('no');
  expect(data).toMatchObject({
    rollbacks: [{ component: 'a' }],
    failures: [],
    left: [{ component: 'b', reason: expect.stringContaining(reason) as string }],
  });
  expect(text).toContain('✘ b is left: ');
  expect(connection.events).toHaveLength(1);
});

it.each<[string, boolean, Partial<ComponentReport>]>([
  ['the rollout is paused', true, {}],
  ['a source says false', false, { wish: false }],
  ['a source lets it go to live 5 % only', false, { wish: { stage: 'live', percentage: 5 } }],
])('tests no rollback from which there is no return: %s', async (says, isPaused, given) => {
  const components = [componentAt(given)];
  const connection = new ScriptedConnection({ report: () => ({ isPaused, components }) });
  const call = callOn(connection, {}, new HurriedClock(LONGEST));
  await expect(testRollback.run(call)).rejects.toMatchObject({
    code: 'REFUSED',
    message: expect.stringContaining(`core could not return to live 10 %: ${says}`) as string,
  });
  expect(connection.events).toEqual([]);
});
