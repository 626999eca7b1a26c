import { expect, it } from 'vitest';
import { serviceKpis } from '../rehearsal/service-kpis.js';
import { WINDOW } from './fixtures/load-window.js';

it('is the worst window for what is felt, and the sum for what is counted', () => {
  const { p95, errors, uptime, downtime } = serviceKpis([
    WINDOW,
    { ...WINDOW, p95Ms: 30, failed: 8, failedProbes: 1, downtimeSeconds: 0.2 },
  ]);
  expect(p95).toEqual({ value: 30, samples: 1600 });
  expect(errors).toEqual({ value: 0.5, samples: 1600 });
  expect(uptime).toEqual({ value: 99.5, samples: 200 });
  expect(downtime.value).toBe(0.2);
});

it('leaves out the latency of a warm-up, and nothing else of it', () => {
  const warmUp = { ...WINDOW, p95Ms: 900, failed: 16, failedProbes: 100, downtimeSeconds: 3 };
  const { p95, errors, uptime, downtime } = serviceKpis([WINDOW], { warmingUp: [warmUp] });
  expect(p95).toEqual({ value: 20, samples: 800 });
  expect(errors).toEqual({ value: 1, samples: 1600 });
  expect(uptime).toEqual({ value: 50, samples: 200 });
  expect(downtime.value).toBe(3);
});
