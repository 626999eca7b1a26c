import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  compareWithBaseline,
  loadBaseline,
  saveBaseline,
  type Baseline,
  type Figures,
} from '../../src/index.js';

const figures: Figures = {
  at: Date.UTC(2026, 0, 1),
  seconds: 60,
  requests: 6000,
  failedRequests: 0,
  p95: 20,
  operations: 10_000,
  meanLatency: 0.5,
  heapBytes: 100e6,
  hitRate: 0.9,
};
const baseline: Baseline = { version: 1, component: 'core', figures };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resync-baseline-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const verdicts = (now: Partial<Figures>): Record<string, string> =>
  Object.fromEntries(
    compareWithBaseline(baseline, { ...figures, ...now }).kpis.map(({ name, verdict }) => [
      name,
      verdict,
    ]),
  );

it('is the same when it was written to a file and read', async () => {
  const path = join(folder, 'baseline.json');
  await saveBaseline(path, baseline);
  expect(await loadBaseline(path)).toEqual(baseline);
});

it.each(['no json', '{}', 'null', '{"version":1,"component":"core","figures":{"p95":"fast"}}'])(
  'refuses %s',
  async (text) => {
    const path = join(folder, 'baseline.json');
    await writeFile(path, text);
    await expect(loadBaseline(path)).rejects.toMatchObject({ code: 'INVALID_RECORD' });
  },
);

it('meets what can be told from the same figures, and measures nothing else', () => {
  const found = verdicts({});
  expect(found).toMatchObject({
    latency: 'met',
    p95: 'met',
    throughput: 'met',
    memory: 'met',
    errors: 'met',
  });
  expect(found).toMatchObject({
    uptime: 'not measured',
    adoption: 'not measured',
    rollback: 'not measured',
  });
});

it.each<[string, Partial<Figures>]>([
  ['throughput', { requests: 5600 }],
  ['throughput', { failedRequests: 400 }],
  ['memory', { heapBytes: 116e6 }],
  ['p95', { p95: 51 }],
  ['latency', { meanLatency: 11 }],
  ['errors', { failedRequests: 7 }],
])('misses %s at %j', (name, now) => {
  expect(verdicts(now)[name]).toBe('missed');
});

it('does not call met what rests on too little', () => {
  expect(verdicts({ requests: 100, seconds: 1 })).toMatchObject({
    throughput: 'not measured',
    errors: 'not measured',
  });
});

it('has no figure beside a baseline in which every request has failed', () => {
  const failed = { ...figures, failedRequests: figures.requests, heapBytes: 0 };
  const { kpis } = compareWithBaseline({ ...baseline, figures: failed }, figures);
  const found = kpis.filter(({ name }) => name === 'throughput' || name === 'memory');
  expect(found.map(({ verdict }) => verdict)).toEqual(['not measured', 'not measured']);
});

it('shows each figure beside that of the baseline', () => {
  const { rows } = compareWithBaseline(baseline, { ...figures, p95: 30 });
  expect(rows.find(({ name }) => name === 'p95')).toEqual({
    name: 'p95',
    baseline: 20,
    now: 30,
    change: 50,
  });
  expect(rows.find(({ name }) => name === 'errorRate')).toEqual({
    name: 'errorRate',
    baseline: 0,
    now: 0,
    change: undefined,
  });
});
