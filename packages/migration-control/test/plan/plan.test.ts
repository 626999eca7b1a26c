import { describe, expect, it } from 'vitest';
import { checkPlan, defaultPlan, parsePlan } from '../../src/plan/parse-plan.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the plan that is shipped', () => {
  const plan = defaultPlan();

  it('takes core, health, llm and hierarchy, one after the other', () => {
    expect(plan.components.map(({ name }) => name)).toEqual(['core', 'health', 'llm', 'hierarchy']);
    expect(plan.components.map(({ watch }) => watch)).toEqual(Array(4).fill(4 * HOUR));
  });

  it('goes to 10, 25, 50 and 100 %, a quarter of an hour each', () => {
    const live = plan.components[0]?.steps.filter(
      ({ stage, percentage }) => stage === 'live' && percentage > 0,
    );
    expect(live?.map(({ percentage, atLeastMs }) => [percentage, atLeastMs])).toEqual(
      [10, 25, 50, 100].map((percentage) => [percentage, 15 * MINUTE]),
    );
  });

  it('watches for a week at 100 %, asks before it finishes, and lets legacy go after 30 days', () => {
    const { after, steps, removable } = plan.finish;
    expect([after, removable]).toEqual([7 * DAY, 30 * DAY]);
    expect(steps.map(({ stage, approval }) => [stage, approval])).toEqual([
      ['rampdown', true],
      ['complete', true],
    ]);
  });

  it('has the limits of the plan', () => {
    expect(plan.limits.latency).toEqual({ hold: 0.05, rollback: 0.1 });
    expect(plan.limits.latencyFloorMs).toBe(0.5);
    expect(plan.limits.errors.rollback).toBe(0.001);
  });
});

it('is the same in YAML and in JSON', () => {
  const yaml = `
version: 1
components:
  - name: core
    watch: 1h
limits:
  errors: { hold: 0.001, rollback: 0.01 }
`;
  const json = {
    version: 1,
    components: [{ name: 'core', watch: '1h' }],
    limits: { errors: { hold: 0.001, rollback: 0.01 } },
  };
  expect(parsePlan(yaml)).toEqual(parsePlan(JSON.stringify(json)));
  expect(parsePlan(yaml).limits.hitRate).toEqual({ hold: 0.05, rollback: 0.1 });
});

it('has percentages of two decimals, which every control store keeps', () => {
  const live = [0, 100 / 3, 100].map((percentage) => ({ stage: 'live', percentage }));
  const steps = [{ stage: 'dualwrite' }, { stage: 'shadow' }, ...live];
  const plan = checkPlan({ version: 1, components: [{ name: 'core', steps }] });
  expect(plan.components[0]?.steps.map(({ percentage }) => percentage)).toEqual([
    0, 0, 0, 33.33, 100,
  ]);
});

describe('refuses', () => {
  const core = (steps: unknown[]) => ({ version: 1, components: [{ name: 'core', steps }] });
  const live = (percentage: number) => ({ stage: 'live', percentage });
  const below = [{ stage: 'dualwrite' }, { stage: 'shadow' }];

  it.each<[string, unknown, RegExp]>([
    ['no components', { version: 1, components: [] }, /components/],
    ['another version', { version: 2, components: [{ name: 'a' }] }, /version/],
    ['what it does not know', { version: 1, components: [{ name: 'a' }], speed: 9 }, /speed/],
    ['a name twice', { version: 1, components: [{ name: 'a' }, { name: 'a' }] }, /each name once/],
    [
      'a step that is left out',
      core([{ stage: 'dualwrite' }, live(0), live(100)]),
      /components\.0\.steps\.1: expected each step/,
    ],
    ['a step down', core([...below, live(0), live(50), live(25), live(100)]), /neighbour/],
    ['an end below live 100', core([...below, live(0), live(50)]), /last step to be live 100/],
    ['a percentage outside of live', core([{ stage: 'shadow', percentage: 5 }]), /in live only/],
    [
      'a time that is none',
      { version: 1, components: [{ name: 'a', watch: '4 hours' }] },
      /expected a time such as/,
    ],
    [
      'a hold above its rollback',
      {
        version: 1,
        components: [{ name: 'a' }],
        limits: { errors: { hold: 0.1, rollback: 0.01 } },
      },
      /at most rollback/,
    ],
  ])('%s', (_, plan, message) => {
    expect(() => checkPlan(plan)).toThrow(message);
    expect(() => checkPlan(plan)).toThrow(expect.objectContaining({ code: 'INVALID_PLAN' }));
  });

  it('what is no YAML', () => {
    expect(() => parsePlan('{ version: 1')).toThrow(
      expect.objectContaining({ code: 'INVALID_PLAN' }),
    );
  });
});
