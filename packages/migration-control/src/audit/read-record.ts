import { ControlError } from '../control-error.js';
import type { AuditRecord } from './audit-log.js';

/** @throws ControlError `INVALID_RECORD` */
export function readRecord(text: string): AuditRecord {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw refusal(text, error);
  }
  const kind = (given as { readonly kind?: unknown } | null)?.kind;
  if (kind !== 'decision' && kind !== 'change') throw refusal(text);
  return given as AuditRecord;
}

function refusal(text: string, cause?: unknown): ControlError {
  const message = `expected an audit record as JSON; got ${text.slice(0, 80)}`;
  return new ControlError('INVALID_RECORD', message, { cause });
}
