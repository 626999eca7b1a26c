import type { AuditRecord } from '@resync/migration-control';
import type { PageEvent } from './page-messages.js';

const KINDS: Readonly<Record<string, PageEvent['kind']>> = {
  promote: 'step',
  arrived: 'step',
  hold: 'hold',
  rollback: 'rollback',
  relieve: 'rollback',
  lowered: 'rollback',
  'taken back': 'rollback',
  adopted: 'hold',
};

/** What was decided, as the timeline shows it. */
export function decisionEvent({
  at,
  component,
  verdict,
  sentence,
  who,
}: Extract<AuditRecord, { kind: 'decision' }>): Omit<PageEvent, 'id'> {
  return {
    at,
    component: component === 'all' ? undefined : component,
    kind: KINDS[verdict] ?? 'note',
    sentence,
    who,
  };
}
