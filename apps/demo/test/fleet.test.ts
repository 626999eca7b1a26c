import { describe, expect, it } from 'vitest';
import { fleetComponent } from '../fleet/fleet-component.js';
import { FleetFaults } from '../fleet/fleet-faults.js';
import type { ToWorker, WorkerSecond } from '../fleet/fleet-messages.js';
import { fleetOptionsFrom } from '../fleet/fleet-options.js';
import { databaseOf } from '../fleet/fleet-place.js';
import { FleetReports } from '../fleet/fleet-reports.js';
import { mergedMetrics } from '../fleet/merged-metrics.js';
import { Registry, Gauge } from 'prom-client';

describe('the options of a fleet', () => {
  it('are none where there is one process', () => {
    expect(fleetOptionsFrom({})).toBeUndefined();
  });

  it('are taken as they are given', () => {
    expect(fleetOptionsFrom({ workers: '4', from: 'memcached', l1: true })).toEqual({
      workers: 4,
      from: 'memcached',
      l1: 'on',
    });
  });

  it.each([
    [{ workers: '1' }, '2 to 16'],
    [{ workers: 'many' }, '"many"'],
    [{ workers: '4', from: 'disk' }, 'redis or memcached'],
    [{ from: 'memcached' }, 'expected --workers'],
    [{ l1: true }, 'expected --workers'],
  ])('are refused where %j makes no sense', (given, told) => {
    expect(() => fleetOptionsFrom(given)).toThrow(told);
  });
});

it.each([
  ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379/1'],
  ['redis://user:word@host:1/3', 'redis://user:word@host:1/4'],
])('the caches of %s are in two databases', (url, next) => {
  expect(databaseOf(url, 1)).toBe(next);
});

it('a process that is started later is told what is wrong now', () => {
  const told: ToWorker[] = [];
  const faults = new FleetFaults((message) => told.push(message));
  faults.set('llm', 'slow');
  faults.set('llm', 'failing');
  faults.put('on');
  expect(told).toHaveLength(3);
  expect(faults.messages).toEqual(told.slice(1));
});

describe('where the rollout stands', () => {
  const at = { stage: 'live', percentage: 25, epoch: 7 } as const;
  const members = [
    { id: 'w2-b', isController: true, acknowledged: at },
    { id: 'w10-c', isController: false, acknowledged: at },
    { id: 'w1-a', isController: false, acknowledged: undefined },
  ];
  const report = {
    now: 0,
    isPaused: false,
    components: [{ name: 'core', at, members }],
  } as unknown as Awaited<ReturnType<FleetReports['report']>>;

  it('stays known while the control store does not answer, and that is said once', async () => {
    const notes: string[] = [];
    const answers = [report, undefined, undefined, report];
    const operator = {
      report: async () =>
        answers.shift() ??
        Promise.reject(new Error('expected an answer', { cause: new Error('nobody there') })),
    };
    const reports = new FleetReports(operator, (sentence) => notes.push(sentence));
    for (let times = 0; times < 4; times += 1) expect(await reports.report()).toBe(report);
    expect(notes).toEqual([
      'the control store does not answer: nobody there',
      'the control store answers again',
    ]);
  });

  it('shows each process with its epoch, also one that is gone', () => {
    const last: WorkerSecond = { seconds: {}, members: { core: 'w2-b' } };
    const fed = fleetComponent('core', { of: () => report.components[0] }, () => [
      { name: 'w2', last },
    ]);
    expect(fed.at()).toMatchObject({ stage: 'live', percentage: 25 });
    expect(fed.members?.()).toEqual([
      { name: 'w1', epoch: null, isController: false, isGone: true },
      { name: 'w2', epoch: 7, isController: true, isGone: false },
      { name: 'w10', epoch: 7, isController: false, isGone: true },
    ]);
  });
});

it('the figures of several processes are on one page, and none is a sum', async () => {
  const metricsOf = async (name: string, value: number): Promise<unknown> => {
    const registry = new Registry();
    registry.setDefaultLabels({ process: name });
    new Gauge({ name: 'percentage', help: 'of one', registers: [registry] }).set(value);
    return registry.getMetricsAsJSON();
  };
  const { text } = await mergedMetrics([await metricsOf('w1', 25), await metricsOf('w2', 50)]);
  expect(text).toContain('percentage{process="w1"} 25');
  expect(text).toContain('percentage{process="w2"} 50');
});
