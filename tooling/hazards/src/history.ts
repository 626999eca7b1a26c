/** A write as its caller saw it. Moments are places in the one order of what began and ended. */
interface Write {
  /** `undefined`: a clear, which writes every key. */
  readonly key: string | undefined;
  /** `undefined`: nothing is there afterwards. */
  readonly value: unknown;
  /** On the clock of the caches, in milliseconds. */
  readonly deadline: number;
  readonly begun: number;
  ended: number;
  isAcknowledged: boolean;
}

/** What the caller did, and what it must not see any more. */
export class History {
  readonly #writes: Write[] = [];
  #moment = 0;

  /** A place in the order of what happens. */
  moment(): number {
    this.#moment += 1;
    return this.#moment;
  }

  /** A write began; what is returned is called when it has ended for its caller. */
  begin(
    write: Pick<Write, 'key' | 'value' | 'deadline'>,
  ): (outcome: 'acknowledged' | 'failed') => void {
    const record: Write = {
      ...write,
      begun: this.moment(),
      ended: Infinity,
      isAcknowledged: false,
    };
    this.#writes.push(record);
    return (outcome) => {
      record.ended = this.moment();
      record.isAcknowledged = outcome === 'acknowledged';
    };
  }

  /**
   * What is wrong with a read, in words; `undefined` where nothing is. A miss never is. A value is,
   * where it is older than a write that was acknowledged before the read began, or past its end.
   */
  fault(read: {
    readonly key: string;
    readonly value: unknown;
    readonly begun: number;
    readonly begunAt: number;
  }): string | undefined {
    if (read.value === undefined) return undefined;
    const said = JSON.stringify(read.value);
    const ofKey = this.#writes.filter(({ key }) => key === read.key || key === undefined);
    const sources = ofKey.filter(({ value }) => value !== undefined && value === read.value);
    if (sources.length === 0) return `read ${said}, which nobody wrote`;
    const stale = sources.map((source) => {
      const newer = ofKey.findLast(
        (write) => write.isAcknowledged && write.ended < read.begun && source.ended < write.begun,
      );
      return newer && `read ${said} after ${inWords(newer)} was acknowledged`;
    });
    if (!stale.includes(undefined)) return stale[0];
    const end = Math.max(...sources.map(({ deadline }) => deadline));
    if (end > read.begunAt) return undefined;
    return `read ${said} ${(read.begunAt - end) / 1000} s past its end`;
  }
}

function inWords({ key, value }: Write): string {
  if (key === undefined) return 'a clear';
  return value === undefined ? 'a delete' : `a set of ${JSON.stringify(value)}`;
}
