import type { AuditLog, AuditRecord } from '@resync/migration-control';

/** So many records are kept. */
const KEPT = 1000;

/** What was decided, kept as long as the process lives. */
export class MemoryAudit implements AuditLog {
  readonly #records: AuditRecord[] = [];

  async append(record: AuditRecord): Promise<void> {
    this.#records.push(record);
    if (this.#records.length > KEPT) this.#records.shift();
  }

  async read(): Promise<readonly AuditRecord[]> {
    return [...this.#records];
  }
}
