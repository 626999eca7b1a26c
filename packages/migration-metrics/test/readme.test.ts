import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS, SERVICE_METRICS, type MetricDefinition } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of a table, without what only makes it even. */
const rows = readme
  .split('\n')
  .filter((line) => /^\| `[a-z_]+` +\| (counter|gauge|histogram)/.test(line))
  .map((line) => line.replaceAll(/ +/g, ' '));

function rowOf({ name, kind, labels, help }: MetricDefinition): string {
  const shown = labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${kind} | ${shown || '–'} | ${help} |`;
}

it('has a row for each metric, and for none that there is not', () => {
  const expected = Object.values({ ...METRICS, ...SERVICE_METRICS }).map(rowOf);
  expect(rows).toEqual(expected);
});

it('has a row for each alert, with its priority and how long it waits', () => {
  const text = readFileSync(new URL('../rules/alerts.yml', import.meta.url), 'utf8');
  const { groups } = parse(text) as {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly for: string;
        readonly labels: { readonly priority: string };
      }[];
    }[];
  };
  const expected = groups.flatMap(({ rules }) =>
    rules.map(({ alert, labels, for: wait }) => `${labels.priority} ${alert} ${wait}`),
  );
  const shown = [...readme.matchAll(/^\| (P\d Resync\w+) +\| .* \| (\d+) min *\|$/gm)];
  expect(shown.map(([, alert = '', minutes = '']) => `${alert} ${minutes}m`)).toEqual(expected);
});
