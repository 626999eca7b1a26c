import { evaluateKpis } from '@resync/migration-control';
import { expect, it } from 'vitest';
import { kpiTable } from '../rehearsal/kpi-table.js';
import { reasonsToFail, type RehearsalReport } from '../rehearsal/rehearsal-report.js';

const many = 1_000_000;
const good = {
  latency: { value: 0.03, samples: many },
  p95: { value: 17, samples: many },
  throughput: { value: 100, samples: many },
  memory: { value: 2, samples: many },
  errors: { value: 0, samples: many },
  uptime: { value: 100, samples: many },
  downtime: { value: 0, samples: many },
  compatibility: { value: 100, samples: many },
  health: { value: 100, samples: many },
  adoption: { value: 100, samples: many },
  fallbacks: { value: 0, samples: many },
  rollback: { value: 0.001, samples: 1 },
};
const clean = {
  requests: 100,
  failed: 0,
  limited: 0,
  stale: 0,
  stoodStillSeconds: 0,
  incidents: [],
};

it('has no reason to fail where everything is met', () => {
  expect(reasonsToFail(evaluateKpis(good), clean)).toEqual([]);
});

it.each([
  [{ p95: { value: 99, samples: many } }, []],
  [{ p95: { value: 100, samples: many } }, ['HTTP P95 is off target']],
  [{ throughput: { value: 91, samples: many } }, []],
  [{ throughput: { value: 90, samples: many } }, ['throughput is off target']],
  [{ memory: { value: 31, samples: many } }, ['memory is off target']],
  [{ adoption: { value: 99.9, samples: many } }, ['adoption is off target']],
  [{ fallbacks: { value: 1, samples: many } }, ['fallbacks is off target']],
  [{ rollback: { value: 1.1, samples: 1 } }, ['rollback is off target']],
  [{ errors: { value: 0, samples: 3 } }, ['error rate was not measured']],
])('%j gives %j', (measured, reasons) => {
  expect(reasonsToFail(evaluateKpis({ ...good, ...measured }), clean)).toEqual(reasons);
});

it('fails on a failed request and on a stale read', () => {
  expect(reasonsToFail(evaluateKpis(good), { ...clean, failed: 1, stale: 2 })).toEqual([
    '1 requests failed',
    '2 reads were stale',
  ]);
});

it('prints a line for each KPI, and colours only where they are shown', () => {
  const report: RehearsalReport = {
    verdict: 'passed',
    reasons: [],
    seconds: 40,
    kpis: evaluateKpis({
      ...good,
      p95: { value: 60, samples: many },
      memory: { value: 1, samples: 0 },
      latency: { value: NaN, samples: 0 },
    }),
    steps: [],
    fault: { component: 'x', percentage: 50, fallbacks: 1, failures: 1, rollbackSeconds: 0.001 },
    traffic: clean,
  };
  const plain = kpiTable(report, 'plain').join('\n');
  expect(plain).toMatch(/HTTP P95 +60 ms +< 50 ms +✘ missed/);
  expect(plain).toMatch(/memory .*– not measured/);
  expect(plain).toMatch(/cache latency +– +< 10 ms +– not measured/);
  expect(plain).toMatch(/throughput +100 % +> 95 % +✔ met/);
  expect(plain).toContain('rehearsal passed');
  expect(plain).not.toContain('\u001b');
  expect(kpiTable(report, 'coloured').join('\n')).toContain('\u001b[32m');
});
