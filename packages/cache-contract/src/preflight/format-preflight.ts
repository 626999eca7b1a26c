import type { PreflightFinding, PreflightReport, PreflightVerdict } from './preflight-report.js';

const MARKS: Readonly<Record<PreflightVerdict, string>> = {
  blocks: '✘ blocks',
  warning: '! warning',
  fine: '✔ fine',
};

const WORST_FIRST: readonly PreflightVerdict[] = ['blocks', 'warning', 'fine'];

/**
 * A report for people, in plain text: what stands in the way first, then warnings, then differences
 * that need nothing; in the end what was not probed, and how much is the same.
 */
export function formatPreflight(report: PreflightReport): string {
  const told = report.findings.filter(
    ({ result, verdict }) => result !== 'not probed' && (result !== 'same' || verdict !== 'fine'),
  );
  const sections = WORST_FIRST.flatMap((verdict) =>
    told.filter((finding) => finding.verdict === verdict).map(described),
  );
  const open = report.findings
    .filter(({ result }) => result === 'not probed')
    .map(({ behaviour, question, legacy, next }) => {
      const why = legacy.startsWith('not probed') ? legacy : next;
      return `- ${behaviour}: ${question} – ${why}`;
    });
  const same = report.findings.length - told.length - open.length;
  return [
    `Preflight: ${count(report.blocks, 'finding')} that block${report.blocks === 1 ? 's' : ''} a migration, ${count(report.warnings, 'warning')}`,
    '',
    ...sections,
    ...(open.length === 0 ? [] : [...open, '']),
    `${count(same, 'question')} answered alike; ${open.length} not probed`,
    '',
  ].join('\n');
}

function described({
  behaviour,
  question,
  legacy,
  next,
  verdict,
  advice,
  result,
}: PreflightFinding) {
  return [
    `${MARKS[verdict].padEnd(10)} ${behaviour}: ${question}${result === 'hidden' ? ' (hidden)' : ''}`,
    `             legacy  ${legacy}`,
    `             next    ${next}`,
    ...(advice === undefined ? [] : [`             → ${advice}`]),
    '',
  ].join('\n');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
