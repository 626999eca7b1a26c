import type { KpiResult } from '@resync/migration-control';
import type { PageKpi } from '../server/live/page-messages.js';

const WORDS = { below: '<', above: '>', most: '≤', least: '≥' } as const;

/** The KPI table, for terminals and pages. */
export function kpiRows(kpis: readonly KpiResult[]): readonly PageKpi[] {
  return kpis.map((kpi) => ({
    title: kpi.title,
    measured: measuredOf(kpi),
    target: targetOf(kpi),
    verdict: kpi.verdict,
  }));
}

/** The figure with its unit. */
export function measuredOf({ measured, unit }: KpiResult): string {
  if (measured === undefined || !Number.isFinite(measured.value)) return '–';
  return inUnit(measured.value, unit);
}

/** The target with its unit. */
export function targetOf({ target, unit }: KpiResult): string {
  return `${WORDS[target.is]} ${inUnit(target.value, unit)}`;
}

function inUnit(value: number, unit: KpiResult['unit']): string {
  const figure = Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
  return unit === '' ? figure : `${figure} ${unit}`;
}
