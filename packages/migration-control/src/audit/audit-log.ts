import type { StateChange } from '@resync/cache-migration';
import type { DecisionRecord } from '../plan/decision.js';

/** A state that has changed, in one process or for a fleet. */
export interface ChangeRecord extends StateChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly who: string;
}

/** What is kept for good: each decision with its numbers, and each change of a state. */
export type AuditRecord =
  ({ readonly kind: 'decision' } & DecisionRecord) | ({ readonly kind: 'change' } & ChangeRecord);

/** A record of everything that was decided and done, which is only ever added to. */
export interface AuditLog {
  /** Resolves once the record would survive a crash. Records are kept in the order of the calls. */
  append(record: AuditRecord): Promise<void>;
  /** All records, the oldest first. */
  read(): Promise<readonly AuditRecord[]>;
}
