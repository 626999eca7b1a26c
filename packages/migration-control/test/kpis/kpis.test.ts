import { expect, it } from 'vitest';
import { evaluateKpis, KPIS, type KpiName } from '../../src/index.js';

function judge(name: KpiName, value: number, samples = 1_000_000) {
  const result = evaluateKpis({ [name]: { value, samples } }).find((kpi) => kpi.name === name);
  return [result?.verdict, result?.usedRoom];
}

it.each<[KpiName, number, string, number]>([
  ['latency', 9.99, 'met', 0.999],
  ['latency', 10, 'missed', 1],
  ['p95', 100, 'missed', 2],
  ['throughput', 95.1, 'met', 0.98],
  ['throughput', 95, 'missed', 1],
  ['throughput', 90, 'missed', 2],
  ['throughput', 104, 'met', 0],
  ['memory', -3, 'met', 0],
  ['memory', 15, 'missed', 1],
  ['errors', 0, 'met', 0],
  ['errors', 0.05, 'met', 0.5],
  ['errors', 0.1, 'missed', 1],
  ['uptime', 100, 'met', 0],
  ['uptime', 99.95, 'met', 0.5],
  ['uptime', 99.9, 'missed', 1],
  ['downtime', 0, 'met', 0],
  ['downtime', 0.1, 'missed', Infinity],
  ['compatibility', 100, 'met', 0],
  ['compatibility', 99.9, 'missed', Infinity],
  ['health', 100, 'met', 0],
  ['health', 99.9, 'missed', Infinity],
  ['adoption', 99.9, 'missed', Infinity],
  ['fallbacks', 0, 'met', 0],
  ['fallbacks', 1, 'missed', Infinity],
  ['rollback', 0.5, 'met', 0.5],
])('%s of %d is %s', (name, value, verdict, usedRoom) => {
  const [gotVerdict, gotRoom] = judge(name, value);
  expect(gotVerdict).toBe(verdict);
  expect(gotRoom).toBeCloseTo(usedRoom, 6);
});

it.each(Object.keys(KPIS) as KpiName[])('%s is not measured on too few samples', (name) => {
  const { minSamples, target } = KPIS[name];
  expect(judge(name, target.value, minSamples - 1)).toEqual(['not measured', undefined]);
  expect(judge(name, NaN)).toEqual(['not measured', undefined]);
});

it('judges all of them, also those that nobody measured', () => {
  const results = evaluateKpis({});
  expect(results.map(({ name }) => name)).toEqual(Object.keys(KPIS));
  expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['not measured']));
});
