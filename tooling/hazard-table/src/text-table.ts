import { markOf, type HazardTable } from '@resync/tooling-hazards';
import { brokenCounts, reasonsOf } from './reasons.js';

/** The table for a terminal: a letter for each subject, then what the callers saw. */
export function textTable(table: HazardTable): string {
  const letters = table.subjects.map((_, column) => String.fromCharCode(97 + column));
  const width = Math.max(...table.rows.map(({ scenario }) => scenario.title.length));
  const line = (left: string, cells: readonly string[]): string =>
    `${left.padEnd(width + 4)} ${cells.map((cell) => cell.padStart(2)).join(' ')}`;
  const rows = table.rows.map(({ scenario: { number, title }, verdicts }) =>
    line(`${String(number).padStart(2)}  ${title}`, verdicts.map(markOf)),
  );
  const reasons = table.rows.flatMap((row) =>
    reasonsOf(row).map(
      ({ mark, text, columns }) =>
        `${String(row.scenario.number).padStart(2)}  ${mark} ${columns.map((column) => letters[column]).join(' ')}: ${text}`,
    ),
  );
  return [
    line('', letters),
    ...rows,
    line('    broken', brokenCounts(table).map(String)),
    '',
    ...table.subjects.map(({ name, who }, column) => `${letters[column] ?? ''}  ${name}: ${who}`),
    '',
    '✓ held   ✗ its caller saw what must not be   – it does not do what the hazard is about',
    '',
    ...reasons,
    '',
  ].join('\n');
}
