/** A write as its caller saw it. Times are steps of the simulation. */
export interface WriteRecord {
  /** `undefined`: a clear, which writes every key. */
  readonly key: string | undefined;
  /** The value; `undefined`: nothing is there afterwards. */
  readonly value: string | undefined;
  readonly begun: number;
  ended: number;
  outcome: 'open' | 'acknowledged' | 'failed';
  /** On the clock of the caches. */
  readonly deadline: number;
}

/** A read that was answered with a value. */
export interface ReadRecord {
  readonly key: string;
  readonly value: string;
  readonly begun: number;
  readonly ended: number;
  /** What the clock of the caches said when the read began. */
  readonly clock: number;
}

/** What happened, and what of it must not have. */
export class History {
  readonly #writes: WriteRecord[] = [];
  readonly #byValue = new Map<string, WriteRecord>();
  readonly #violations: string[] = [];
  #reads = 0;

  get violations(): readonly string[] {
    return this.#violations;
  }

  get reads(): number {
    return this.#reads;
  }

  /** A write began. */
  begin(write: Omit<WriteRecord, 'ended' | 'outcome'>): WriteRecord {
    const record: WriteRecord = { ...write, ended: Infinity, outcome: 'open' };
    this.#writes.push(record);
    if (record.value !== undefined) this.#byValue.set(record.value, record);
    return record;
  }

  /** A read was answered: I1 (no stale read) and I3 (expiry is kept) are checked. */
  check(read: ReadRecord): void {
    this.#reads += 1;
    const source = this.#byValue.get(read.value);
    if (source?.key !== read.key || source.begun > read.ended) {
      this.#violations.push(`read of ${read.key} invented ${read.value}`);
      return;
    }
    const newer = this.#writes.find(
      (write) =>
        (write.key === read.key || write.key === undefined) &&
        write.outcome === 'acknowledged' &&
        write.ended < read.begun &&
        source.ended < write.begun,
    );
    if (newer !== undefined) {
      const what = newer.key === undefined ? 'a clear' : (newer.value ?? 'a delete');
      this.#violations.push(
        `I1: read of ${read.key} at ${read.begun} returned ${read.value}, though ${what} was acknowledged at ${newer.ended}`,
      );
    }
    if (source.deadline <= read.clock) {
      this.#violations.push(
        `I3: read of ${read.key} returned ${read.value} ${read.clock - source.deadline} ms past its end`,
      );
    }
  }
}
