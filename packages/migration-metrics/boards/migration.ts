import { METRICS, type MetricDefinition } from '../src/metric-names.js';
import type { Dashboard } from './dashboard.js';
import { meanOf, percentileOf, rateOf, selected, shareOf } from './selection.js';

const byComponent = (metric: MetricDefinition, ...more: readonly string[]): string =>
  `sum by (component) (${rateOf(metric, ...more)})`;
const reads = byComponent(METRICS.operations, 'operation="read"');
const byNext = `(${byComponent(METRICS.newHits)} + ${byComponent(METRICS.misses, 'side="next"')})`;
const byLegacy = `(${byComponent(METRICS.legacyHits)} + ${byComponent(METRICS.misses, 'side="legacy"')})`;

/** How the migration goes. */
export const migration: Dashboard = {
  uid: 'resync-migration',
  title: 'Resync: migration',
  description: 'How far the migration of each component is, and what stands in its way.',
  rows: [
    {
      title: 'Progress',
      panels: [
        {
          title: 'Stage',
          description:
            'The stage of each component and process; blue lines on all panels are changes.',
          kind: 'steps',
          unit: 'short',
          queries: [
            {
              expr: `max by (component, stage) (${selected(METRICS.stage)} == 1)`,
              legend: '{{component}} {{stage}}',
            },
          ],
        },
        {
          title: 'Percentage',
          description: 'Share of keys that the new cache may answer for.',
          kind: 'lines',
          unit: 'percent',
          min: 0,
          max: 100,
          queries: [
            {
              expr: `min by (component) (${selected(METRICS.percentage)})`,
              legend: '{{component}}',
            },
          ],
        },
        {
          title: 'Reads that the new cache answered',
          description: 'Share of all reads, with a value or a miss. At the end 100 %.',
          kind: 'lines',
          unit: 'percentunit',
          min: 0,
          max: 1,
          queries: [{ expr: shareOf(byNext, reads), legend: '{{component}}' }],
        },
        {
          title: 'Legacy against new',
          description: 'Reads per second by the cache that answered.',
          kind: 'stacked',
          unit: 'ops',
          min: 0,
          queries: [
            { expr: byLegacy, legend: '{{component}} legacy' },
            { expr: byNext, legend: '{{component}} new' },
          ],
        },
      ],
    },
    {
      title: 'Fallbacks and differences',
      panels: [
        {
          title: 'Fallbacks',
          description:
            'Reads that legacy answered in place of the new cache. Misses are normal until the new cache is warm; the rest should be zero.',
          kind: 'bars',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, reason) (${rateOf(METRICS.fallbacks)})`,
              legend: '{{component}} {{reason}}',
            },
          ],
        },
        {
          title: 'Comparisons',
          description:
            'Reads compared in the background, by what that came to. Value, absent and expiry are differences.',
          kind: 'stacked',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, verdict) (${rateOf(METRICS.comparisons)})`,
              legend: '{{component}} {{verdict}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Side by side',
      panels: [
        {
          title: 'Mean time of a call, by side',
          description: 'Of calls to each cache for the sampled operations.',
          kind: 'lines',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: meanOf(METRICS.sideLatency, ['component', 'side', 'operation']),
              legend: '{{component}} {{side}} {{operation}}',
            },
          ],
        },
        {
          title: 'P95 of a call, by side',
          description: 'Of calls to each cache for the sampled operations.',
          kind: 'lines',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: percentileOf(METRICS.sideLatency, 0.95, ['component', 'side']),
              legend: '{{component}} {{side}}',
            },
          ],
        },
        {
          title: 'P95 as callers see it',
          description: 'With what the migration adds. Target 10 ms.',
          kind: 'lines',
          unit: 's',
          min: 0,
          thresholds: [{ colour: 'green' }, { colour: 'red', from: 0.01 }],
          queries: [
            {
              expr: percentileOf(METRICS.latency, 0.95, ['component', 'operation']),
              legend: '{{component}} {{operation}}',
            },
          ],
        },
        {
          title: 'Calls that went wrong, by side',
          description: 'Errors, timeouts and calls that were not sent.',
          kind: 'bars',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, error_type) (${rateOf(METRICS.errors)})`,
              legend: '{{component}} {{error_type}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Trust',
      panels: [
        {
          title: 'Dirty keys',
          description: 'Keys that a side must not answer for, until they are repaired.',
          kind: 'lines',
          unit: 'short',
          min: 0,
          width: 8,
          thresholds: [{ colour: 'green' }, { colour: 'red', from: 1000 }],
          queries: [
            {
              expr: `sum by (component, side) (${selected(METRICS.dirtyKeys)})`,
              legend: '{{component}} {{side}}',
            },
          ],
        },
        {
          title: 'Cold sides',
          description:
            'Sides that answer nothing until they were emptied. Next is cold in off, legacy in complete.',
          kind: 'steps',
          unit: 'short',
          width: 8,
          thresholds: [{ colour: 'green' }, { colour: 'orange', from: 1 }],
          queries: [
            {
              expr: `max by (component, side) (${selected(METRICS.cold)})`,
              legend: '{{component}} {{side}}',
            },
          ],
        },
        {
          title: 'Open breakers',
          description: 'Sides that are not called, because they do not answer.',
          kind: 'steps',
          unit: 'short',
          width: 8,
          thresholds: [{ colour: 'green' }, { colour: 'red', from: 1 }],
          queries: [
            {
              expr: `max by (component, side) (${selected(METRICS.breakerOpen)})`,
              legend: '{{component}} {{side}}',
            },
          ],
        },
        {
          title: 'Backfills and repairs',
          description: 'Values of legacy put into the new cache, and dirty keys that were deleted.',
          kind: 'lines',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component) (${rateOf(METRICS.backfills)})`,
              legend: '{{component}} backfills',
            },
            {
              expr: `sum by (component, side) (${rateOf(METRICS.repairs)})`,
              legend: '{{component}} repairs of {{side}}',
            },
          ],
        },
        {
          title: 'Bounds reached',
          description: 'What happens at a bound is safe; that it is reached is worth knowing.',
          kind: 'bars',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, side, bound) (${rateOf(METRICS.boundsHit)})`,
              legend: '{{component}} {{side}} {{bound}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Rollout',
      panels: [
        {
          title: 'Decisions',
          description: 'Of the rollout, and of those who asked something of it.',
          kind: 'bars',
          unit: 'short',
          min: 0,
          queries: [
            {
              expr: `sum by (component, verdict) (increase(${METRICS.decisions.name}{job=~"$job",component=~"$component|all|other"}[$__rate_interval]))`,
              legend: '{{component}} {{verdict}}',
            },
          ],
        },
        {
          title: 'Rollbacks',
          description: 'Mean time from asking until it holds. Target 1 s, bar 5 min.',
          kind: 'lines',
          unit: 's',
          min: 0,
          thresholds: [
            { colour: 'green' },
            { colour: 'yellow', from: 1 },
            { colour: 'red', from: 300 },
          ],
          queries: [{ expr: meanOf(METRICS.rollbacks, ['component']), legend: '{{component}}' }],
        },
        {
          title: 'State and fleet',
          description: 'Numbers of the state; the fleet’s is ahead until its processes follow.',
          kind: 'lines',
          unit: 'short',
          min: 0,
          queries: [
            {
              expr: `min by (component) (${selected(METRICS.epoch)})`,
              legend: '{{component}} slowest process',
            },
            {
              expr: `max by (component) (${selected(METRICS.fleetEpoch)})`,
              legend: '{{component}} fleet',
            },
          ],
        },
        {
          title: 'Processes that have acknowledged the state',
          description: 'A step is taken when all have.',
          kind: 'lines',
          unit: 'short',
          min: 0,
          queries: [
            {
              expr: `max by (component) (${selected(METRICS.fleetMembers)})`,
              legend: '{{component}} members',
            },
            {
              expr: `max by (component) (${selected(METRICS.fleetAcknowledged)})`,
              legend: '{{component}} acknowledged',
            },
          ],
        },
      ],
    },
  ],
};
