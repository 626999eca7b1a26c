import { fileURLToPath } from 'node:url';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../scenarios/run-scenario.js';
import type { Sabotage, Scenario } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { verdictLines, type Verdict } from '../scenarios/verdict.js';
import { SPEED } from './speed.js';

const hasRedis = hasRedisServer(process.env);
const PLAYED = SCENARIOS.filter(({ needs }) => needs === undefined || hasRedis);

/** What was missed for another reason than speed. */
function missedOf(checks: Verdict['checks']): readonly string[] {
  const missed = checks.filter(({ isMet }) => !isMet).map(({ title }) => title);
  return missed.filter((title) => !SPEED.includes(title));
}

async function play(scenario: Scenario, sabotage?: Sabotage): Promise<Verdict> {
  const told: string[] = [];
  const verdict = await runScenario(
    scenario,
    {
      seed: 1,
      size: 'small',
      sabotage,
      loadGenerator: fileURLToPath(new URL('../dist/load-generator.js', import.meta.url)),
      guard: { keep: () => undefined, keepFolder: () => undefined },
      say: (text) => told.push(text),
      signal: new AbortController().signal,
    },
    () => hasRedis,
  );
  const wanted = sabotage === undefined ? 'passed' : 'failed';
  if (verdict.verdict !== wanted) {
    process.stderr.write([...told, ...verdictLines(verdict, 'plain'), ''].join('\n'));
  }
  const what = sabotage === undefined ? '' : ` with ${sabotage}`;
  process.stdout.write(`${scenario.name}${what}: ${verdict.seconds.toFixed(1)} s\n`);
  return verdict;
}

describe.each(PLAYED)('$name', (scenario) => {
  it('passes', async () => {
    const { reason, checks } = await play(scenario);
    expect(reason).toBeUndefined();
    expect(checks.length).toBeGreaterThan(4);
    expect(missedOf(checks)).toEqual([]);
  });
});

// What is to fail may be slow: these take turns in one process.
describe.concurrent.each(PLAYED)('$name', (scenario) => {
  it(`fails with ${scenario.failsWith}`, async () => {
    const { verdict, reason, checks } = await play(scenario, scenario.failsWith);
    expect(verdict).toBe('failed');
    // It came to its end, and said what is wrong.
    expect(reason).toBeUndefined();
    expect(missedOf(checks)).not.toEqual([]);
  });
});
