import { METRICS, SERVICE_METRICS, type MetricDefinition } from '../src/metric-names.js';
import type { Dashboard } from './dashboard.js';
import { meanOf, OF_JOB, percentileOf, rateOf, rateOfPart, shareOf } from './selection.js';

const { requests, modelDuration } = SERVICE_METRICS;
const all = `sum(${rateOfPart(requests, 'count')})`;
const failed = `(sum(${rateOfPart(requests, 'count', 'status="5xx"')}) or 0 * ${all})`;
const quickAndWell = `sum(${rateOfPart(requests, 'bucket', 'le="0.1"', 'status!="5xx"')})`;

/** What users and the bill notice. */
export const business: Dashboard = {
  uid: 'resync-business',
  title: 'Resync: business',
  description: 'What users and the bill notice.',
  rows: [
    {
      title: 'Users',
      panels: [
        {
          title: 'Availability',
          description: 'Share of scrapes in the time shown that found a process up. Target 99.9 %.',
          kind: 'number',
          unit: 'percentunit',
          max: 1,
          thresholds: [
            { colour: 'red' },
            { colour: 'yellow', from: 0.99 },
            { colour: 'green', from: 0.999 },
          ],
          queries: [{ expr: `avg(avg_over_time(up{${OF_JOB}}[$__range]))`, legend: 'up' }],
        },
        {
          title: 'Failed requests',
          description: 'Share of requests that ended with a status of 5xx. Above 1 % is a P0.',
          kind: 'number',
          unit: 'percentunit',
          min: 0,
          thresholds: [
            { colour: 'green' },
            { colour: 'yellow', from: 0.001 },
            { colour: 'red', from: 0.01 },
          ],
          queries: [{ expr: shareOf(failed, all), legend: 'failed' }],
        },
        {
          title: 'API P95',
          description: '95 of 100 requests take less. Target 50 ms.',
          kind: 'number',
          unit: 's',
          min: 0,
          thresholds: [
            { colour: 'green' },
            { colour: 'yellow', from: 0.05 },
            { colour: 'red', from: 0.1 },
          ],
          queries: [{ expr: percentileOf(requests, 0.95), legend: 'P95' }],
        },
        {
          title: 'User experience',
          description: 'Share of requests that were slower than 100 ms, or failed.',
          kind: 'number',
          unit: 'percentunit',
          min: 0,
          thresholds: [
            { colour: 'green' },
            { colour: 'yellow', from: 0.05 },
            { colour: 'red', from: 0.1 },
          ],
          queries: [{ expr: `1 - ${shareOf(quickAndWell, all)}`, legend: 'slow or failed' }],
        },
        {
          title: 'Response times',
          description: 'Of all requests.',
          kind: 'lines',
          unit: 's',
          min: 0,
          thresholds: [{ colour: 'green' }, { colour: 'red', from: 0.1 }],
          queries: [
            { expr: percentileOf(requests, 0.5), legend: 'P50' },
            { expr: percentileOf(requests, 0.95), legend: 'P95' },
            { expr: percentileOf(requests, 0.99), legend: 'P99' },
          ],
        },
        {
          title: 'P95 by route',
          description: 'Routes are patterns, never paths.',
          kind: 'lines',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: percentileOf(requests, 0.95, ['method', 'route']),
              legend: '{{method}} {{route}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Language model',
      panels: [
        {
          title: 'Response times of the language model',
          description: 'Of what was really asked; answers from the cache are not among them.',
          kind: 'lines',
          unit: 's',
          min: 0,
          queries: [
            { expr: percentileOf(modelDuration, 0.5, ['model']), legend: '{{model}} P50' },
            { expr: percentileOf(modelDuration, 0.95, ['model']), legend: '{{model}} P95' },
            { expr: meanOf(modelDuration, ['model']), legend: '{{model}} mean' },
          ],
        },
        {
          title: 'Requests to the language model',
          description: 'By how they went.',
          kind: 'stacked',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: `sum by (model, outcome) (${rateOf(SERVICE_METRICS.modelRequests)})`,
              legend: '{{model}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Tokens per second',
          description: 'Of prompts and of answers.',
          kind: 'stacked',
          unit: 'short',
          min: 0,
          queries: [
            {
              expr: `sum by (model, kind) (${rateOf(SERVICE_METRICS.modelTokens)})`,
              legend: '{{model}} {{kind}}',
            },
          ],
        },
        {
          title: 'Cost per hour',
          description: 'At the prices that the service is told.',
          kind: 'lines',
          unit: 'currencyUSD',
          min: 0,
          queries: [
            {
              expr: `3600 * sum by (model) (${rateOf(SERVICE_METRICS.modelCost)})`,
              legend: '{{model}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Caches behind it',
      panels: [
        {
          title: 'Hits by level',
          description: 'Share of the reads of each level that it answered.',
          kind: 'lines',
          unit: 'percentunit',
          min: 0,
          max: 1,
          width: 8,
          queries: [
            {
              expr: hitShareByLevel(),
              legend: '{{cache_level}}',
            },
          ],
        },
        {
          title: 'P95 by level',
          description: 'Of reads of each level.',
          kind: 'lines',
          unit: 's',
          min: 0,
          width: 8,
          queries: [
            {
              expr: percentileOf(SERVICE_METRICS.hierarchyLatency, 0.95, ['cache_level']),
              legend: '{{cache_level}}',
            },
          ],
        },
        {
          title: 'Cache operations, P95',
          description: 'As callers see them, of sampled operations. Target 10 ms.',
          kind: 'lines',
          unit: 's',
          min: 0,
          width: 8,
          thresholds: [{ colour: 'green' }, { colour: 'red', from: 0.01 }],
          queries: [
            {
              expr: percentileOf(METRICS.latency, 0.95, ['component']),
              legend: '{{component}}',
            },
          ],
        },
      ],
    },
  ],
};

function hitShareByLevel(): string {
  const { hierarchyHits, hierarchyMisses } = SERVICE_METRICS;
  const byLevel = (metric: MetricDefinition): string => `sum by (cache_level) (${rateOf(metric)})`;
  const hits = byLevel(hierarchyHits);
  return shareOf(hits, `${hits} + ${byLevel(hierarchyMisses)}`);
}
