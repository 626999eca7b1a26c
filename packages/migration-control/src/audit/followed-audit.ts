import type { AuditLog, AuditRecord } from './audit-log.js';

/** An audit that tells of each record, once it is kept. Records that others keep elsewhere are not told. */
export class FollowedAudit implements AuditLog {
  readonly #audit: AuditLog;
  readonly #listeners = new Set<(record: AuditRecord) => void>();

  constructor(audit: AuditLog) {
    this.#audit = audit;
  }

  async append(record: AuditRecord): Promise<void> {
    await this.#audit.append(record);
    for (const listener of this.#listeners) listener(record);
  }

  read(): Promise<readonly AuditRecord[]> {
    return this.#audit.read();
  }

  /**
   * @param listener must not throw
   * @returns ends it
   */
  follow(listener: (record: AuditRecord) => void): () => void {
    const own = (record: AuditRecord): void => listener(record);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }
}
