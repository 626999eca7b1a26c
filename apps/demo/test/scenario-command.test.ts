import { expect, it } from 'vitest';
import { atLeast, atMost, equal, figure, none, type Check } from '../scenarios/check.js';
import { scenarioCommand } from '../scenarios/command.js';
import { runScenario } from '../scenarios/run-scenario.js';
import type { Scenario, ScenarioContext } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { verdictLines } from '../scenarios/verdict.js';

async function command(...args: readonly string[]) {
  const printed: string[] = [];
  const code = await scenarioCommand({
    args,
    loadGenerator: '',
    orphanWatch: '',
    print: (line) => printed.push(line),
    tell: () => undefined,
    colouring: 'plain',
    isThere: () => false,
    signal: new AbortController().signal,
  });
  return { code, printed: printed.join('\n') };
}

const context: ScenarioContext = {
  seed: 1,
  size: 'small',
  sabotage: undefined,
  loadGenerator: '',
  guard: { keep: () => undefined, keepFolder: () => undefined },
  say: () => undefined,
  signal: new AbortController().signal,
};

const scenarioOf = (run: () => Promise<readonly Check[]>): Scenario => ({
  name: 'some',
  title: 'something holds',
  failsWith: 'no-judge',
  run,
});

it('lists what there is, and explains itself', async () => {
  const { code, printed } = await command('--list');
  expect(code).toBe(0);
  for (const { name } of SCENARIOS) expect(printed).toContain(name);
  const titles = printed.split('\n').map((line) => line.search(/(?<= {2})\S/));
  expect(new Set(titles).size).toBe(1);
  const listed = JSON.parse((await command('--list', '--json')).printed) as readonly unknown[];
  expect(listed).toHaveLength(SCENARIOS.length);
  expect(listed).toContainEqual(
    expect.objectContaining({ name: 'redis-outage', needs: 'redis-server' }),
  );
  expect((await command('--help')).printed).toMatch(/--seed[^]*--with[^]*--json/);
});

it.each([
  [[], /expected a scenario of rollout, .*, or all; got none/],
  [['roll-out'], /or all; got "roll-out"/],
  [['rollout', '--seed', '-1'], /expected --seed to be|argument is ambiguous/],
  [['redis-outage', '--seed', 'x'], /expected --seed to be a whole number below 2\^31; got "x"/],
  [
    ['redis-outage', '--report', '/no/folder/report.json'],
    /expected --report in a folder that can be written to; got "\/no\/folder\/report.json"/,
  ],
  [['redis-outage', '--with', 'luck'], /expected --with to be one of naive-router, .*got "luck"/],
])('refuses %j', async (args, message) => {
  await expect(command(...args)).rejects.toThrow(message);
});

it('skips what needs a program that is not there, and prints JSON alone', async () => {
  const { code, printed } = await command('redis-outage', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toMatchObject([
    { scenario: 'redis-outage', verdict: 'skipped', reason: 'no redis-server on PATH' },
  ]);
});

it('fails where one check does, or where it breaks off', async () => {
  const good = scenarioOf(async () => [none('faults', 0), figure('colour', 'red')]);
  expect(await runScenario(good, context, () => true)).toMatchObject({ verdict: 'passed' });
  const bad = scenarioOf(async () => [none('faults', 0), none('others', 1)]);
  expect(await runScenario(bad, context, () => true)).toMatchObject({ verdict: 'failed' });
  const broken = scenarioOf(() => Promise.reject(new Error('no disk')));
  const verdict = await runScenario(broken, context, () => true);
  expect(verdict).toMatchObject({ verdict: 'failed', reason: 'it broke off: Error: no disk' });
  expect(verdictLines(verdict, 'plain').join('\n')).toContain('some failed: it broke off');
});

it.each([
  [none('x', 0), true],
  [none('x', 1), false],
  [atLeast('x', 2, 2), true],
  [atLeast('x', 1.9, 2), false],
  [atLeast('x', NaN, 2), false],
  [atMost('x', 2, 2), true],
  [atMost('x', 2.1, 2), false],
  [atMost('x', NaN, 2), false],
  [equal('x', 'live 0', 'live 0'), true],
  [equal('x', 'live 10', 'live 0'), false],
  [equal('x', 'rolled back: latency', /latency/), true],
])('judges %j', (check, isMet) => {
  expect(check.isMet).toBe(isMet);
});
