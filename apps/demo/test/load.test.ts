import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { Arrivals } from '../load/arrivals.js';
import { LoadWindowRecorder } from '../load/load-window.js';
import { traffic } from '../load/traffic.js';
import { VersionChecker } from '../load/version-checker.js';
import { zipf } from '../load/zipf.js';

it("draws ranks by Zipf's law", () => {
  const random = xoroshiro128plus(1);
  const rank = zipf(100, 1, () => uniformFloat64(random));
  const counts = Array.from({ length: 100 }, () => 0);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const drawn = rank();
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  const harmonic = counts.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  for (const [index, share] of [
    [0, 1],
    [1, 1 / 2],
    [9, 1 / 10],
    [49, 1 / 50],
  ] as const) {
    expect((counts[index] ?? 0) / 100_000).toBeCloseTo(share / harmonic, 2);
  }
});

it('repeats itself by seed, and does everything that users do', () => {
  const [first, second, other] = [traffic(1, 500), traffic(1, 500), traffic(2, 500)];
  const visits = Array.from({ length: 2000 }, () => first());
  expect(Array.from({ length: 2000 }, () => second())).toEqual(visits);
  expect(Array.from({ length: 2000 }, () => other())).not.toEqual(visits);
  expect(new Set(visits.map(({ kind }) => kind)).size).toBe(8);
});

it('knows the highest version that was acknowledged', () => {
  const versions = new VersionChecker();
  const earlier = versions.beginRead('a', 0);
  versions.acknowledge('a', 3, 1);
  versions.acknowledge('a', 2, 2);
  const later = versions.beginRead('a', 3);
  expect([earlier(1), later(3), later(2), versions.beginRead('b', 3)(0)]).toEqual([
    'current',
    'current',
    'stale',
    'current',
  ]);
});

it('lets reads lag by so much and no more where it is told to', () => {
  const versions = new VersionChecker(1000);
  versions.acknowledge('a', 1, 0);
  versions.acknowledge('a', 2, 500);
  versions.acknowledge('a', 3, 1200);
  const judge = versions.beginRead('a', 1600);
  expect([judge(3), judge(2), judge(1)]).toEqual(['current', 'lagging', 'stale']);
  expect(versions.beginRead('a', 2300)(2)).toBe('stale');
});

it('sends at a steady rate, and what fell due in a standstill not at all', () => {
  const arrivals = new Arrivals(100, 5000);
  const total = (from: number, to: number): number => {
    let due = 0;
    for (let now = from; now <= to; now += 10) due += arrivals.take(now).due;
    return due;
  };
  expect(total(5010, 6000)).toBe(100);
  expect(arrivals.take(6200)).toEqual({ due: 20, stoodStillMs: 0 });
  expect(arrivals.take(9200)).toEqual({ due: 0, stoodStillMs: 3000 });
  expect(total(9210, 10_200)).toBe(100);
});

it('sums up a window', () => {
  const window = new LoadWindowRecorder();
  for (let ms = 1; ms <= 100; ms += 1) window.answered(ms, 'service');
  window.answered(9999, 'language model');
  window.failed('chat', 'a failure');
  window.limited();
  window.stale('a stale read');
  window.stoodStill(300);
  window.probePassed();
  window.probeFailed('a failed probe');
  window.probePassed();
  expect(window.end()).toMatchObject({
    requests: 103,
    failed: 1,
    failedBy: { chat: 1 },
    limited: 1,
    stale: 1,
    p95Ms: 95,
    maxMs: 100,
    stoodStillSeconds: 0.3,
    probes: 3,
    failedProbes: 1,
    incidents: ['chat: a failure', 'a stale read', 'a failed probe'],
  });
});
