import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hasPrometheus, promtool } from '@resync/tooling-prometheus-server';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMigrationMetrics } from '../src/index.js';
import { unknownNamesIn } from './unknown-names.js';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const folder = fileURLToPath(new URL('../rules/', import.meta.url));

function rulesOf(file: string): readonly Rule[] {
  const { groups } = parse(readFileSync(`${folder}${file}`, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

const recorded = rulesOf('recording.yml');
const alerts = rulesOf('alerts.yml');

/** Where a link into the runbook may lead: its headings, as GitHub names them. */
const places = [
  ...readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8').matchAll(
    /^#+ (.+)$/gm,
  ),
].map(
  ([, heading = '']) =>
    `docs/runbook.md#${heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-')}`,
);

describe('the rules', () => {
  it('ask for metrics that the names file has, and for what they recorded themselves', () => {
    const own = recorded.map(({ record }) => record ?? '');
    for (const { expr } of [...recorded, ...alerts]) {
      expect(unknownNamesIn(expr).filter((name) => !own.includes(name))).toEqual([]);
    }
  });

  it.each(alerts)('$alert has a priority, says what is wrong, and where to read on', (alert) => {
    expect(alert.labels?.['priority']).toMatch(/^P[012]$/);
    expect(alert.annotations).toMatchObject({
      summary: expect.any(String) as string,
      description: expect.any(String) as string,
    });
    expect(places).toContain(alert.annotations?.['runbook_url']);
  });
});

const hasPromtool = hasPrometheus(process.env);

it.runIf(hasPromtool)('promtool has nothing to say of the rules', async () => {
  const { code, output } = await promtool(['check', 'rules', 'recording.yml', 'alerts.yml'], {
    folder,
  });
  expect(output).toMatch(/SUCCESS: \d+ rules found[^]*SUCCESS: 8 rules found/);
  expect(code).toBe(0);
});

it.runIf(hasPromtool)('each alert is quiet, fires, and is quiet again', async () => {
  const { code, output } = await promtool(['test', 'rules', 'alerts.test.yml'], {
    folder: fileURLToPath(new URL('rules/', import.meta.url)),
  });
  expect(output).toContain('SUCCESS');
  expect(code).toBe(0);
});

it('each alert has such a test, in which it fires and in which it does not', () => {
  const { tests } = parse(
    readFileSync(fileURLToPath(new URL('rules/alerts.test.yml', import.meta.url)), 'utf8'),
  ) as {
    readonly tests: readonly {
      readonly alert_rule_test: readonly {
        readonly alertname: string;
        readonly exp_alerts: readonly unknown[];
      }[];
    }[];
  };
  const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  for (const { alert } of alerts) {
    const expected = cases
      .filter(({ alertname }) => alertname === alert)
      .map(({ exp_alerts }) => exp_alerts.length);
    expect(expected).toContain(0);
    expect(expected).toContain(1);
    expect(expected.at(-1)).toBe(0);
  }
});

it.runIf(hasPromtool)('promtool has nothing to say of the metrics', async () => {
  const registry = new Registry();
  const metrics = createMigrationMetrics({ registry });
  const observer = metrics.observer('core');
  observer.latency?.('get', 1);
  observer.sideLatency?.('next', 'get', 1);
  metrics.fleet('core', () => ({ state: { epoch: 1 }, members: [] }));
  const stats = {
    hits: 1,
    misses: 2,
    sets: 3,
    deletes: 4,
    evictions: 5,
    expirations: 6,
    size: 7,
    bytes: 8,
  };
  const loads = () => ({ loads: 2, failures: 1 });
  metrics.cache({ component: 'core', cache: 'next', stats: () => stats, loads });
  const { code, output } = await promtool(['check', 'metrics'], {
    input: await registry.metrics(),
  });
  expect(output).toBe('');
  expect(code).toBe(0);
});
