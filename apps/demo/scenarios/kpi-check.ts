import type { KpiResult } from '@resync/migration-control';
import { measuredOf, targetOf } from '../rehearsal/kpi-rows.js';
import { isOffTarget } from '../rehearsal/rehearsal-report.js';
import type { Check } from './check.js';

/** A KPI as a check. What the speed of the machine moves is judged with the same room as in the rehearsal. */
export function kpiCheck(kpi: KpiResult): Check {
  const isJustOff = kpi.verdict === 'missed' && !isOffTarget(kpi);
  return {
    title: kpi.title,
    measured: measuredOf(kpi) + (isJustOff ? ' (off target, by what the machine may move)' : ''),
    expected: targetOf(kpi),
    isMet: kpi.verdict !== 'not measured' && !isOffTarget(kpi),
  };
}
