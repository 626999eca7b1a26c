import { styleText } from 'node:util';
import type { KpiResult } from '@resync/migration-control';
import type { RehearsalReport } from './rehearsal-report.js';

/** Whether text goes to a terminal that shows colours. */
export type Colouring = 'coloured' | 'plain';

const WORDS = { below: '<', above: '>', most: '≤', least: '≥' } as const;
const MARKS = { met: '✔', missed: '✘', 'not measured': '–' } as const;
const COLOURS = { met: 'green', missed: 'red', 'not measured': 'yellow' } as const;

/** The KPI table and the verdict, as lines. */
export function kpiTable(report: RehearsalReport, colouring: Colouring): readonly string[] {
  const paint = (colour: 'green' | 'red' | 'yellow', text: string): string =>
    colouring === 'coloured' ? styleText(colour, text, { validateStream: false }) : text;
  const rows = report.kpis.map((kpi) => {
    const columns = [
      kpi.title.padEnd(18),
      measuredOf(kpi).padStart(12),
      targetOf(kpi).padStart(10),
    ];
    const verdict = paint(COLOURS[kpi.verdict], `${MARKS[kpi.verdict]} ${kpi.verdict}`);
    return `  ${columns.join('  ')}   ${verdict}`;
  });
  const { requests, failed, limited, stale, stoodStillSeconds } = report.traffic;
  const standstill =
    stoodStillSeconds === 0
      ? []
      : [
          `  the load generator stood still for ${stoodStillSeconds.toFixed(1)} s, which do not count`,
        ];
  const verdict =
    report.verdict === 'passed'
      ? paint('green', 'passed')
      : paint('red', `failed: ${report.reasons.join('; ')}`);
  return [
    '',
    `  ${'KPI'.padEnd(18)}  ${'measured'.padStart(12)}  ${'target'.padStart(10)}`,
    ...rows,
    '',
    `  ${requests} requests, ${failed} failed, ${stale} stale reads, ${report.seconds.toFixed(0)} s`,
    ...(limited === 0 ? [] : [`  ${limited} requests were over a rate limit, as expected`]),
    ...standstill,
    ...report.traffic.incidents.map((incident) => `  ! ${incident}`),
    `  rehearsal ${verdict}`,
    '',
  ];
}

function measuredOf({ measured, unit }: KpiResult): string {
  return measured === undefined ? '–' : inUnit(measured.value, unit);
}

function targetOf({ target, unit }: KpiResult): string {
  return `${WORDS[target.is]} ${inUnit(target.value, unit)}`;
}

function inUnit(value: number, unit: KpiResult['unit']): string {
  const figure = Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
  return unit === '' ? figure : `${figure} ${unit}`;
}
