import { readFileSync } from 'node:fs';
import { SERVICE_METRICS } from '@resync/migration-metrics';
import {
  hasPrometheus,
  promtool,
  startPrometheus,
  type PrometheusServer,
  type Series,
} from '@resync/tooling-prometheus-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rehearseOnce } from '../test/rehearse-once.js';

interface PanelJson {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit: string; readonly min?: number; readonly max?: number };
  };
}

interface DashboardJson {
  readonly panels: readonly PanelJson[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

const shipped = (path: string): string =>
  readFileSync(new URL(`../../../packages/migration-metrics/${path}`, import.meta.url), 'utf8');

const DASHBOARDS = ['real-time', 'business', 'migration'].map((name) => ({
  name,
  ...(JSON.parse(shipped(`dashboards/${name}.json`)) as DashboardJson),
}));

// A rehearsal takes seconds where an operator looks at minutes. On a busy machine a scrape may be missed.
const RULE_FILES = Object.fromEntries(
  ['recording.yml', 'alerts.yml'].map((name) => [
    name,
    shipped(`rules/${name}`)
      .replaceAll('interval: 30s', 'interval: 1s')
      .replaceAll('[5m]', '[20s]')
      .replaceAll('[1d] offset 1h', '[5m] offset 5s')
      .replaceAll('offset 15m', 'offset 5s'),
  ]),
);

const { groups } = parse(shipped('rules/alerts.yml')) as {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string }[] }[];
};
const ALERTS = groups.flatMap(({ rules }) => rules);

/** As Grafana puts the variables in, for a short time. */
function filledIn(query: string): string {
  return query
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', '60s')
    .replaceAll('[1m]', '[20s]')
    .replaceAll(/\$(job|component)/g, '.*');
}

const configurationFor = (target: string): string =>
  JSON.stringify({
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: Object.keys(RULE_FILES),
    scrape_configs: [{ job_name: 'resync', static_configs: [{ targets: [target] }] }],
  });

describe.runIf(hasPrometheus(process.env))('a Prometheus beside a rehearsal', () => {
  let prometheus: PrometheusServer | undefined;
  let metrics = '';
  const range = { start: 0, end: 0, step: 1 };

  beforeAll(async () => {
    const seconds = (): number => Date.now() / 1000;
    const rehearsed = await rehearseOnce({
      onServing: async (url) => {
        const configuration = configurationFor(new URL(url).host);
        prometheus = await startPrometheus({ configuration, files: RULE_FILES });
        await prometheus.untilScraped(1);
        range.start = seconds();
      },
    });
    range.end = seconds();
    metrics = rehearsed.metrics;
  });

  afterAll(() => prometheus?.stop());

  async function ask(query: string): Promise<readonly Series[]> {
    if (prometheus === undefined) throw new Error('expected a Prometheus');
    return prometheus.queryRange(query, range);
  }

  it('is told what promtool has nothing to say of', async () => {
    const { code, output } = await promtool(['check', 'metrics'], { input: metrics });
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  it('is told every metric of the service that the dashboards expect', () => {
    for (const { name, kind } of Object.values(SERVICE_METRICS)) {
      expect(metrics).toContain(`# TYPE ${name} ${kind}\n`);
      expect(metrics).toMatch(new RegExp(`^${name}(_bucket)?[{ ]`, 'm'));
    }
  });

  it.each(
    DASHBOARDS.flatMap(({ name, panels }) =>
      panels.flatMap(({ title, targets = [], fieldConfig }) =>
        targets.map((target) => ({ name, title, ...target, ...fieldConfig?.defaults })),
      ),
    ),
  )('answers $name: $title, $legendFormat', async ({ expr, legendFormat, min, max }) => {
    const series = await ask(filledIn(expr));
    const values = finiteValuesOf(series);
    expect(values).not.toHaveLength(0);
    const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? '');
    for (const found of series)
      expect(Object.keys(found.labels)).toEqual(expect.arrayContaining(labels));
    const legends = series.map((found) => legendOf(legendFormat, found));
    expect(new Set(legends).size).toBe(legends.length);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(min ?? -Infinity);
    expect(Math.max(...values)).toBeLessThanOrEqual((max ?? Infinity) + 1e-9);
  });

  it.each(DASHBOARDS)('answers the stage changes of $name', async ({ annotations }) => {
    for (const { expr } of annotations.list) {
      const stages = (await ask(filledIn(expr))).map(({ labels }) => labels['stage']);
      expect(stages).toEqual(expect.arrayContaining(['dualwrite', 'live', 'complete']));
    }
  });

  it.each(ALERTS)('answers the left side of $alert', async ({ expr }) => {
    const [, left] = /^(.*) [<>] [\d.]+$/s.exec(expr) ?? [];
    if (left === undefined) throw new Error(`expected a threshold at the end of ${expr}`);
    const series = await ask(left.replaceAll('offset 15m', 'offset 5s'));
    expect(finiteValuesOf(series)).not.toHaveLength(0);
    for (const { labels } of series) expect(labels['job']).toBe('resync');
  });
});

function finiteValuesOf(series: readonly Series[]): readonly number[] {
  return series.flatMap(({ samples }) => samples.map(([, value]) => value)).filter(Number.isFinite);
}

function legendOf(format: string, { labels }: Series): string {
  return format.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '');
}
