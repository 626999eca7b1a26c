import type { BaselineRow } from '../../kpis/baseline.js';
import type { KpiResult } from '../../kpis/kpi.js';

export const KPI_HEADS = ['KPI', 'measured', 'target', 'samples', 'verdict'] as const;

const SIGNS = { below: '<', above: '>', most: '≤', least: '≥' } as const;
const MARKS = { met: '✔ met', missed: '✘ missed', 'not measured': '– not measured' } as const;

/** The cells of a KPI. */
export function kpiRow({
  title,
  measured,
  minSamples,
  target,
  unit,
  verdict,
}: KpiResult): readonly string[] {
  const hasValue = measured !== undefined && Number.isFinite(measured.value);
  return [
    title,
    hasValue ? withUnit(measured.value, unit) : '–',
    `${SIGNS[target.is]} ${withUnit(target.value, unit)}`,
    `${measured?.samples ?? 0}${verdict === 'not measured' ? ` of ${minSamples}` : ''}`,
    MARKS[verdict],
  ];
}

export const FIGURE_HEADS = ['figure', 'baseline', 'now', 'change'] as const;

const UNITS = {
  throughput: 'requests/s',
  p95: 'ms',
  meanLatency: 'ms',
  heapBytes: 'bytes',
  hitRate: '',
  errorRate: '',
} as const satisfies Record<BaselineRow['name'], string>;

/** The cells of a figure beside that of the baseline. */
export function figureRow({ name, baseline, now, change }: BaselineRow): readonly string[] {
  const sign = change !== undefined && change >= 0 ? '+' : '';
  return [
    name,
    withUnit(baseline, UNITS[name]),
    withUnit(now, UNITS[name]),
    change === undefined ? '–' : `${sign}${round(change)} %`,
  ];
}

function withUnit(value: number, unit: string): string {
  return `${round(value)} ${unit}`.trim();
}

/** Three digits that count, and no fewer than before the point. */
function round(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
