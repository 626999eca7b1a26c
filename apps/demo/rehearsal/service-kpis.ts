import type { KpiName, Measurement } from '@resync/migration-control';
import type { LoadWindow } from '../load/load-messages.js';

type NoticedKpi = Extract<KpiName, 'p95' | 'errors' | 'uptime' | 'downtime' | 'health'>;

/** The KPIs that users notice, over some windows of the load; while it warms up the latency does not count. */
export function serviceKpis(
  measured: readonly LoadWindow[],
  { warmingUp = [] }: { readonly warmingUp?: readonly LoadWindow[] } = {},
): Readonly<Record<NoticedKpi, Measurement>> {
  const windows: readonly LoadWindow[] = [...measured, ...warmingUp];
  const sum = (figure: (window: LoadWindow) => number, of = windows): number =>
    of.reduce((total, window) => total + figure(window), 0);
  const most = (figure: (window: LoadWindow) => number, of = windows): number =>
    Math.max(...of.map(figure));
  const requestsIn = ({ requests: seen }: LoadWindow): number => seen;
  const requests = sum(requestsIn);
  const probes = sum((window) => window.probes);
  const passing = {
    value: 100 * (1 - sum((window) => window.failedProbes) / probes),
    samples: probes,
  };
  return {
    p95: { value: most(({ p95Ms }) => p95Ms, measured), samples: sum(requestsIn, measured) },
    errors: { value: (100 * sum((window) => window.failed)) / requests, samples: requests },
    uptime: passing,
    downtime: { value: most((window) => window.downtimeSeconds), samples: probes },
    health: passing,
  };
}
