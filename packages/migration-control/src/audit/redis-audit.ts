import { ControlError } from '../control-error.js';
import type { RedisCommands } from '../redis/redis-commands.js';
import type { AuditLog, AuditRecord } from './audit-log.js';
import { readRecord } from './read-record.js';

/** An audit in a stream on a Redis server, which several processes add to. How durable it is is the server's configuration. */
export class RedisAudit implements AuditLog {
  readonly #client: RedisCommands;
  readonly #stream: string;

  /** @param stream the key of the stream */
  constructor(client: RedisCommands, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  async append(record: AuditRecord): Promise<void> {
    await this.#client.sendCommand(['XADD', this.#stream, '*', 'record', JSON.stringify(record)]);
  }

  async read(): Promise<readonly AuditRecord[]> {
    const found = await this.#client.sendCommand(['XRANGE', this.#stream, '-', '+']);
    if (!Array.isArray(found)) {
      throw new ControlError('INVALID_RECORD', `expected a stream at ${this.#stream}; got none`);
    }
    return found.map((entry: readonly [id: string, fields: readonly string[]]) =>
      readRecord(entry[1][1] ?? ''),
    );
  }
}
