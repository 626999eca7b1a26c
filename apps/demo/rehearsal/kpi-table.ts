import { kpiRows } from './kpi-rows.js';
import { painter, type Colouring } from './painter.js';
import type { RehearsalReport } from './rehearsal-report.js';

const MARKS = { met: '✔', missed: '✘', 'not measured': '–' } as const;
const COLOURS = { met: 'green', missed: 'red', 'not measured': 'yellow' } as const;

/** The KPI table and the verdict, as lines. */
export function kpiTable(report: RehearsalReport, colouring: Colouring): readonly string[] {
  const paint = painter(colouring);
  const rows = kpiRows(report.kpis).map(({ title, measured, target, verdict }) => {
    const columns = [title.padEnd(18), measured.padStart(12), target.padStart(10)];
    return `  ${columns.join('  ')}   ${paint(COLOURS[verdict], `${MARKS[verdict]} ${verdict}`)}`;
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
