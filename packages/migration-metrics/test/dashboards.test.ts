import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPrometheus, promtool } from '@resync/tooling-prometheus-server';
import { describe, expect, it } from 'vitest';
import { dashboardFiles } from '../boards/dashboards.js';
import { unknownNamesIn } from './unknown-names.js';

interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface DashboardJson {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly panels: readonly PanelJson[];
}

const files = Object.entries(dashboardFiles());
const dashboards = files.map(([name, text]) => ({
  name,
  text,
  dashboard: JSON.parse(text) as DashboardJson,
}));

describe.each(dashboards)('$name', ({ name, text, dashboard }) => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  // Where it is not: npx vitest run test/dashboards.test.ts --update
  it('is what its description says', async () => {
    await expect(text).toMatchFileSnapshot(`../dashboards/${name}`);
  });

  it('names neither a server nor a data source of its own', () => {
    expect(text).not.toMatch(/https?:\/\//);
    const uids = text.match(/"uid": "[^"]*"/g);
    expect(new Set(uids)).toEqual(new Set([`"uid": "${dashboard.uid}"`, '"uid": "${datasource}"']));
  });

  it('has a variable for the data source, the service and the component, and shows stage changes', () => {
    expect(dashboard.templating.list.map((variable) => variable.name)).toEqual([
      'datasource',
      'job',
      'component',
    ]);
    expect(dashboard.annotations.list).toHaveLength(1);
  });

  it('says of every panel what it shows, its unit, and what is good', () => {
    for (const { description, fieldConfig } of panels) {
      expect(description).toMatch(/\.$/);
      expect(fieldConfig?.defaults.unit).toMatch(/./);
      const values = fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value) ?? [];
      expect(values[0]).toBeNull();
      expect(values.slice(1)).toEqual([...values.slice(1)].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('has panels that do not overlap, each with an id of its own', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      for (let { x } = gridPos; x < gridPos.x + gridPos.w; x += 1) {
        expect(x).toBeLessThan(24);
        for (let { y } = gridPos; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken, `${title} at ${x} ${y}`).not.toContain(`${x} ${y}`);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  it('asks for metrics that the names file has', () => {
    for (const { expr } of [
      ...panels.flatMap(({ targets = [] }) => targets),
      ...dashboard.annotations.list,
    ])
      expect(unknownNamesIn(expr)).toEqual([]);
  });
});

it.runIf(hasPrometheus(process.env))('has queries that Prometheus can read', async () => {
  const queries = dashboards.flatMap(({ dashboard: { panels, annotations } }) => [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...annotations.list.map(({ expr }) => expr),
  ]);
  const rules = queries.map((query, index) => ({
    record: `query:${index}`,
    expr: query.replace(/\$__(rate_interval|range|interval)/g, '5m'),
  }));
  const folder = await mkdtemp(join(tmpdir(), 'resync-queries-'));
  // What is JSON is YAML.
  const text = JSON.stringify({ groups: [{ name: 'queries', rules }] });
  await writeFile(join(folder, 'queries.yml'), text);
  const { code, output } = await promtool(['check', 'rules', 'queries.yml'], { folder });
  await rm(folder, { recursive: true, force: true });
  expect(output).toContain(`SUCCESS: ${rules.length} rules found`);
  expect(code).toBe(0);
});

it('stands in the tarball', () => {
  const manifest = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { readonly files: readonly string[] };
  expect(manifest.files).toEqual(expect.arrayContaining(['dashboards', 'rules']));
});
