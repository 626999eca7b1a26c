import { open, type FileHandle } from 'node:fs/promises';
import type { AuditLog, AuditRecord } from './audit-log.js';
import { readRecord } from './read-record.js';

const LINE_END = 10;

/**
 * An audit in a file, one JSON document a line, each on the disk before `append` resolves. A line that
 * a crash or a full disk has cut off is removed when the next one is written: its `append` never resolved.
 * Where `append` rejects the record may be there nevertheless. One process writes the file.
 */
export class FileAudit implements AuditLog {
  readonly #path: string;
  #file: FileHandle | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  append(record: AuditRecord): Promise<void> {
    return this.#inTurn(async () => {
      const file = this.#file ?? (await openWhole(this.#path));
      this.#file = undefined;
      try {
        await file.appendFile(`${JSON.stringify(record)}\n`);
        await file.datasync();
      } catch (error) {
        await closeQuietly(file);
        throw error;
      }
      this.#file = file;
    });
  }

  read(): Promise<readonly AuditRecord[]> {
    return this.#inTurn(async () => {
      const file = await open(this.#path, 'a+');
      try {
        const lines = (await file.readFile('utf8')).split('\n');
        // What stands behind the last line end was cut off.
        return lines.slice(0, -1).map(readRecord);
      } finally {
        await file.close();
      }
    });
  }

  /** Closes the file; a later `append` opens it again. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const file = this.#file;
      this.#file = undefined;
      await file?.close();
    });
  }

  #inTurn<T>(carryOut: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(carryOut);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Opens a file at the end of its last whole line. */
async function openWhole(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+');
  try {
    const content = await file.readFile();
    const whole = content.lastIndexOf(LINE_END) + 1;
    if (whole < content.length) await file.truncate(whole);
    return file;
  } catch (error) {
    await closeQuietly(file);
    throw error;
  }
}

/** For a file with which something has gone wrong already, which is what is told. */
async function closeQuietly(file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined);
}
