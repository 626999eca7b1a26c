import { ManualClock } from '@resync/cache-contract/testing';
import { afterEach, expect, it } from 'vitest';
import { followLastMinute } from '../load/last-minute.js';
import { lastMinuteKpis } from '../rehearsal/last-minute-kpis.js';
import { WINDOW } from './fixtures/load-window.js';

let end = (): void => undefined;
afterEach(() => end());

it('is six windows of ten seconds, until the load ends', async () => {
  const clock = new ManualClock();
  const told: number[][] = [];
  let requests = 0;
  const load = {
    endWindow: async () => {
      requests += 1;
      if (requests > 8) throw new Error('the load generator ended');
      return { ...WINDOW, requests };
    },
  };
  end = followLastMinute(load, (windows) => told.push(windows.map((seen) => seen.requests)), clock);
  for (let window = 0; window < 10; window += 1) {
    clock.advance(10_000);
    await new Promise(setImmediate);
  }
  expect(told.slice(0, 2)).toEqual([[1], [1, 2]]);
  expect(told.at(-1)).toEqual([3, 4, 5, 6, 7, 8]);
  expect([told.length, clock.pendingTimers]).toEqual([8, 0]);
});

it('leaves no timer where it is not followed any longer', () => {
  const clock = new ManualClock();
  const load = { endWindow: async () => WINDOW };
  followLastMinute(load, () => undefined, clock)();
  expect(clock.pendingTimers).toBe(0);
});

it('has the KPIs that users notice, and no others', () => {
  const { of, rows } = lastMinuteKpis([
    WINDOW,
    { ...WINDOW, p95Ms: 60, failed: 16, failedProbes: 1, downtimeSeconds: 0.5 },
  ]);
  expect(of).toBe('last minute');
  expect(rows).toEqual([
    { title: 'HTTP P95', measured: '60 ms', target: '< 50 ms', verdict: 'missed' },
    { title: 'error rate', measured: '1 %', target: '< 0.1 %', verdict: 'missed' },
    { title: 'uptime', measured: '99.5 %', target: '> 99.9 %', verdict: 'missed' },
    { title: 'downtime', measured: '0.5 s', target: '≤ 0 s', verdict: 'missed' },
    { title: 'health', measured: '99.5 %', target: '≥ 100 %', verdict: 'missed' },
  ]);
});
