import type { AuditRecord } from '../../audit/audit-log.js';
import { describeFinding } from '../../judge/finding.js';
import { describeRung } from '../../plan/rung.js';
import { printable } from '../terminal.js';
import { moment } from './times.js';

/** A record on one line. */
export function recordText(record: AuditRecord): string {
  return printable(
    `${moment(record.at)}  ${record.component}  ${record.who}: ${sentenceOf(record)}`,
  );
}

/** What was decided or has changed, with its numbers. */
export function sentenceOf(record: AuditRecord): string {
  if (record.kind === 'change') {
    return `${describeRung(record.previous)} → ${describeRung(record.current)} (${record.why})`;
  }
  const seen = record.findings.filter(({ samples }) => samples > 0);
  const numbers = seen.map(describeFinding).join('; ');
  return numbers === '' ? record.sentence : `${record.sentence} [${numbers}]`;
}
