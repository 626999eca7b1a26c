import { markOf, type HazardRow, type HazardTable } from '@resync/tooling-hazards';
import { brokenCounts, reasonsOf } from './reasons.js';
import { sdkVersion } from './sdk-version.js';

/** The generated part of `docs/hazards.md`. */
export function markdownTable(table: HazardTable): string {
  const { subjects, rows } = table;
  const names = subjects.map(({ name }) => name);
  return [
    rowOf(['', ...names]),
    rowOf(['---', ...names.map(() => ':-:')]),
    ...rows.map(({ scenario: { number, title }, verdicts }) =>
      rowOf([`${number}. ${title}`, ...verdicts.map(markOf)]),
    ),
    rowOf(['**hazards that broke it**', ...brokenCounts(table).map((count) => `**${count}**`)]),
    '',
    `Compared with \`@launchdarkly/node-server-sdk\` ${sdkVersion()}; everything else is of this repository.`,
    '',
    ...subjects.map(({ name, who }) => `- **${name}**: ${who}.`),
    '',
    ...rows.flatMap((row) => sectionOf(row, names)),
  ].join('\n');
}

function sectionOf(row: HazardRow, names: readonly string[]): readonly string[] {
  const { number, title, must, how } = row.scenario;
  const reasons = reasonsOf(row);
  return [
    `### ${number}. ${title}`,
    '',
    `What must happen: ${must}.`,
    '',
    `How it is forced and judged: ${how}.`,
    '',
    ...reasons.map(
      ({ mark, text, columns }) =>
        `- ${mark} ${columns.map((column) => names[column]).join(', ')}: ${text}`,
    ),
    ...(reasons.length > 0 ? [''] : []),
  ];
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
