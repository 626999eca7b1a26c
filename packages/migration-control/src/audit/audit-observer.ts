import type { Clock } from '@resync/cache-contract';
import type { MigrationObserver } from '@resync/cache-migration';
import type { AuditLog } from './audit-log.js';

/** What an audit of changes is told. */
export interface AuditObserverOptions {
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** The process, for the record. */
  readonly who: string;
  /** Told of a change that could not be recorded. */
  readonly onError: (error: unknown) => void;
}

/** An observer that records every change of a migration's state, whoever asked for it. */
export function auditObserver({
  audit,
  clock,
  who,
  onError,
}: AuditObserverOptions): MigrationObserver {
  return {
    stateChanged: (change) => {
      audit.append({ kind: 'change', at: clock.now(), who, ...change }).catch(onError);
    },
  };
}
