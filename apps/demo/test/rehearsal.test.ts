import { NaiveRouter } from '@resync/tooling-naive-router';
import { expect, it } from 'vitest';
import type { RouterFactory } from '../server/component-migration.js';
import { rehearseOnce } from './rehearse-once.js';

/** The value of a series, by some of its labels. */
function counter(metrics: string, name: string, labels: Record<string, string>): number {
  const line = metrics
    .split('\n')
    .find(
      (candidate) =>
        candidate.startsWith(`${name}{`) &&
        Object.entries(labels).every(([label, value]) => candidate.includes(`${label}="${value}"`)),
    );
  return Number(line?.split(' ').at(-1));
}

it('takes every component to complete, with no failed request and no stale read', async () => {
  const { report, metrics } = await rehearseOnce();
  expect(report.traffic).toMatchObject({ failed: 0, stale: 0, incidents: [] });
  const verdicts = Object.fromEntries(report.kpis.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toMatchObject({
    errors: 'met',
    uptime: 'met',
    downtime: 'met',
    compatibility: 'met',
    health: 'met',
    adoption: 'met',
    fallbacks: 'met',
  });
  expect(Object.values(verdicts)).not.toContain('not measured');
  expect(report.fault).toMatchObject({ component: 'hierarchy', percentage: 50 });

  for (const component of ['core', 'health', 'llm', 'hierarchy']) {
    const climbed = report.steps.filter((step) => step.component === component);
    expect(climbed.at(-1)?.target).toEqual({ stage: 'complete' });
    expect(counter(metrics, 'migration_legacy_hits_total', { component })).toBeGreaterThan(0);
    expect(counter(metrics, 'migration_new_hits_total', { component })).toBeGreaterThan(0);
    expect(
      counter(metrics, 'migration_operation_latency_seconds_count', {
        component,
        operation: 'get',
      }),
    ).toBeGreaterThan(0);
  }
  for (const component of ['tws', 'rate-limit']) {
    const climbed = report.steps.filter((step) => step.component === component);
    expect(climbed.at(-1)?.target).toEqual({ stage: 'complete' });
    expect(climbed.at(-1)?.readsByNext).toBeGreaterThan(0);
  }
  expect(report.traffic.limited).toBe(0);
  const broken = { component: 'hierarchy' };
  // Where writes fail first, the breaker is open before anything is read.
  const failedReads = ['error', 'open'].map((reason) =>
    counter(metrics, 'migration_fallbacks_total', { ...broken, reason }),
  );
  expect(Math.max(...failedReads)).toBeGreaterThan(0);
  expect(
    counter(metrics, 'migration_errors_total', { ...broken, error_type: 'next_error' }),
  ).toBeGreaterThan(0);
  expect(
    counter(metrics, 'migration_fallbacks_total', { component: 'health', reason: 'error' }),
  ).toBe(0);
});

it('reports the stale reads of a naive router', async () => {
  const createRouter: RouterFactory = (options) => new NaiveRouter(options);
  const { report } = await rehearseOnce({ createRouter, fallbacks: 100 });
  expect(report.traffic.stale).toBeGreaterThan(0);
  expect(report.verdict).toBe('failed');
  expect(report.reasons).toContainEqual(expect.stringMatching(/reads were stale/));
  expect(report.traffic.incidents).toContainEqual(
    expect.stringMatching(/^job-\d+ was read at version \d+, after a higher one was acknowledged$/),
  );
});
