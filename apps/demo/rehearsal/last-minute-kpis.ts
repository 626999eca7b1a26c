import { evaluateKpis } from '@resync/migration-control';
import type { LoadWindow } from '../load/load-messages.js';
import type { PageKpis } from '../server/live/page-messages.js';
import { kpiRows } from './kpi-rows.js';
import { serviceKpis } from './service-kpis.js';

/** The KPIs that can be taken while users are there and nothing is rehearsed. */
export function lastMinuteKpis(windows: readonly LoadWindow[]): PageKpis {
  const kpis = evaluateKpis(serviceKpis(windows));
  return {
    of: 'last minute',
    rows: kpiRows(kpis.filter(({ measured }) => measured !== undefined)),
  };
}
