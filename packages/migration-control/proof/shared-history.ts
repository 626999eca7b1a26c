/** A write as its caller saw it. Times are microseconds of a clock that all processes share. */
interface Write {
  /** `null`: a clear, which writes every key. */
  readonly key: string | null;
  readonly value: string | null;
  readonly process: string;
  readonly begun: number;
  ended: number;
  isAcknowledged: boolean;
  /** Of its process, when it ended. */
  epoch: number;
}

interface Read {
  readonly key: string;
  readonly value: string;
  readonly process: string;
  readonly begun: number;
  readonly ended: number;
  /** Of its process, when it began. */
  readonly epoch: number;
}

/** A read of something older than what was acknowledged before it began. */
export interface StaleRead {
  readonly read: Read;
  readonly newer: Write;
  /** Milliseconds since the newer write was acknowledged. */
  readonly age: number;
}

/** What processes saw of caches that they share. */
export class SharedHistory {
  readonly #writes = new Map<string, Write>();
  readonly #reads: Read[] = [];
  readonly #invented: string[] = [];

  begin(id: string, write: Omit<Write, 'ended' | 'isAcknowledged' | 'epoch'>): void {
    this.#writes.set(id, { ...write, ended: Infinity, isAcknowledged: false, epoch: 0 });
  }

  end(id: string, how: Pick<Write, 'ended' | 'isAcknowledged' | 'epoch'>): void {
    const write = this.#writes.get(id);
    if (write !== undefined) Object.assign(write, how);
  }

  /** A process is gone; what it had begun cannot land any more after that. */
  gone(process: string, at: number): void {
    for (const write of this.#writes.values()) {
      if (write.process === process && write.ended === Infinity) write.ended = at;
    }
  }

  read(read: Read): void {
    this.#reads.push(read);
  }

  get reads(): number {
    return this.#reads.length;
  }

  get writes(): number {
    return this.#writes.size;
  }

  /** Values that nobody has written before they were read. */
  get invented(): readonly string[] {
    return this.#invented;
  }

  /**
   * Every read that is stale: a write was acknowledged before it began, and the write that it shows had
   * ended, well or badly, before that one began.
   */
  staleReads(): readonly StaleRead[] {
    const acknowledged = new Map<string, Write[]>();
    const keys = new Set([...this.#reads.map(({ key }) => key)]);
    for (const key of keys) {
      const ofKey = [...this.#writes.values()].filter(
        (write) => write.isAcknowledged && (write.key === key || write.key === null),
      );
      acknowledged.set(key, ofKey.sort((one, other) => one.ended - other.ended));
    }
    return this.#reads.flatMap((read) => {
      const source = this.#writes.get(read.value);
      if (source?.key !== read.key || source.begun > read.ended) {
        this.#invented.push(`${read.process} read ${read.value} of ${read.key}`);
        return [];
      }
      const newer = acknowledged
        .get(read.key)
        ?.find((write) => write.ended < read.begun && source.ended < write.begun);
      if (newer === undefined) return [];
      return [{ read, newer, age: (read.begun - newer.ended) / 1000 }];
    });
  }
}
