import { METRICS, SERVICE_METRICS } from '../src/metric-names.js';
import type { Dashboard } from './dashboard.js';
import { rateOf, rateOfPart, selected, shareOf } from './selection.js';

const reads = `sum by (component) (${rateOf(METRICS.operations, 'operation="read"')})`;
const hits = `(sum by (component) (${rateOf(METRICS.legacyHits)}) + sum by (component) (${rateOf(METRICS.newHits)}))`;

/** What happens now. */
export const realTime: Dashboard = {
  uid: 'resync-real-time',
  title: 'Resync: real time',
  description: 'What the caches and the process do now.',
  rows: [
    {
      title: 'Operations',
      panels: [
        {
          title: 'Operations per second',
          description: 'Reads, sets, and deletes of what was there, as callers make them.',
          kind: 'lines',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, operation) (${rateOf(METRICS.operations)})`,
              legend: '{{component}} {{operation}}',
            },
          ],
        },
        {
          title: 'Hits and misses per second',
          description: 'Reads by what they were answered with, whichever cache answered.',
          kind: 'stacked',
          unit: 'ops',
          min: 0,
          queries: [
            { expr: hits, legend: '{{component}} hits' },
            {
              expr: `sum by (component) (${rateOf(METRICS.misses)})`,
              legend: '{{component}} misses',
            },
          ],
        },
        {
          title: 'Hit rate',
          description: 'Share of reads that found a value. Below 80 % for ten minutes is a P1.',
          kind: 'lines',
          unit: 'percentunit',
          min: 0,
          max: 1,
          thresholds: [{ colour: 'red' }, { colour: 'green', from: 0.8 }],
          queries: [{ expr: shareOf(hits, reads), legend: '{{component}}' }],
        },
        {
          title: 'Requests per second',
          description: 'HTTP requests by class of their status.',
          kind: 'stacked',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: `sum by (status) (${rateOfPart(SERVICE_METRICS.requests, 'count')})`,
              legend: '{{status}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Memory',
      panels: [
        {
          title: 'Heap in use, of its limit',
          description: 'Above 90 % for five minutes is a P1.',
          kind: 'number',
          unit: 'percentunit',
          min: 0,
          max: 1,
          width: 4,
          thresholds: [
            { colour: 'green' },
            { colour: 'yellow', from: 0.75 },
            { colour: 'red', from: 0.9 },
          ],
          queries: [
            {
              expr: `max(${selected(SERVICE_METRICS.heapUsed)} / ${selected(SERVICE_METRICS.heapLimit)})`,
              legend: 'fullest process',
            },
          ],
        },
        {
          title: 'Memory',
          description: 'Of every process. What rises for hours and never falls is a leak.',
          kind: 'lines',
          unit: 'bytes',
          min: 0,
          width: 20,
          queries: [
            { expr: selected(SERVICE_METRICS.residentMemory), legend: '{{instance}} resident' },
            { expr: selected(SERVICE_METRICS.heapTotal), legend: '{{instance}} heap' },
            { expr: selected(SERVICE_METRICS.heapUsed), legend: '{{instance}} heap in use' },
            { expr: selected(SERVICE_METRICS.externalMemory), legend: '{{instance}} outside it' },
          ],
        },
        {
          title: 'Entries',
          description: 'What each cache holds.',
          kind: 'lines',
          unit: 'short',
          min: 0,
          width: 8,
          queries: [
            {
              expr: `sum by (component, cache) (${selected(METRICS.cacheEntries)})`,
              legend: '{{component}} {{cache}}',
            },
          ],
        },
        {
          title: 'Bytes',
          description: 'What the entries weigh, of caches that weigh them.',
          kind: 'lines',
          unit: 'bytes',
          min: 0,
          width: 8,
          queries: [
            {
              expr: `sum by (component, cache) (${selected(METRICS.cacheBytes)})`,
              legend: '{{component}} {{cache}}',
            },
          ],
        },
        {
          title: 'Removals per second',
          description: 'Why entries go; many evictions: the cache is too small for its load.',
          kind: 'stacked',
          unit: 'ops',
          min: 0,
          width: 8,
          queries: [
            {
              expr: `sum by (cache, reason) (${rateOf(METRICS.cacheRemovals)})`,
              legend: '{{cache}} {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Errors and load',
      panels: [
        {
          title: 'Errors per module',
          description: 'Calls to a cache that went wrong, whether their callers noticed or not.',
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
        {
          title: 'Busy',
          description: 'Processor time and time of the event loop, of one second.',
          kind: 'lines',
          unit: 'percentunit',
          min: 0,
          thresholds: [{ colour: 'green' }, { colour: 'red', from: 0.9 }],
          queries: [
            { expr: rateOf(SERVICE_METRICS.cpu), legend: '{{instance}} processor' },
            { expr: rateOf(SERVICE_METRICS.eventLoopBusy), legend: '{{instance}} event loop' },
          ],
        },
        {
          title: 'Loads of the caches',
          description: 'Values that the caches loaded themselves, by how it went.',
          kind: 'stacked',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, cache, outcome) (${rateOf(METRICS.cacheLoads)})`,
              legend: '{{component}} {{cache}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Reads of each cache',
          description: 'As the caches count them, with those that the migration makes for itself.',
          kind: 'lines',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: `sum by (component, cache) (${rateOf(METRICS.cacheHits)})`,
              legend: '{{component}} {{cache}} hits',
            },
            {
              expr: `sum by (component, cache) (${rateOf(METRICS.cacheMisses)})`,
              legend: '{{component}} {{cache}} misses',
            },
            {
              expr: `sum by (component, cache) (${rateOf(METRICS.cacheSets)})`,
              legend: '{{component}} {{cache}} sets',
            },
          ],
        },
      ],
    },
  ],
};
