/** A write as its caller saw it. Times are steps of the simulation. */
export interface FleetWrite {
  /** `undefined`: a clear, which writes every key. */
  readonly key: string | undefined;
  /** The value; `undefined`: nothing is there afterwards. */
  readonly value: string | undefined;
  readonly process: string;
  readonly begun: number;
  ended: number;
  outcome: 'open' | 'acknowledged' | 'failed';
  /** On the clock of the stores. */
  readonly deadline: number;
}

/** A read that was answered with a value. */
export interface FleetRead {
  readonly key: string;
  readonly value: string;
  readonly process: string;
  readonly begun: number;
  readonly ended: number;
  /** What the clock of the stores said when the read began. */
  readonly clock: number;
  /** The epoch that its process was in when it began. */
  readonly epoch: number;
}

/** What several processes saw, and what of it they must not have seen. */
export class FleetHistory {
  readonly #writes: FleetWrite[] = [];
  readonly #declared: { readonly at: number; readonly epoch: number }[] = [];
  readonly #violations: string[] = [];
  readonly #policy: 'accept' | 'fail';
  #reads = 0;
  #excused = 0;

  constructor(policy: 'accept' | 'fail') {
    this.#policy = policy;
  }

  get violations(): readonly string[] {
    return this.#violations;
  }

  get reads(): number {
    return this.#reads;
  }

  /** Stale reads of processes that did not know yet which side is cold. */
  get excused(): number {
    return this.#excused;
  }

  begin(write: Omit<FleetWrite, 'ended' | 'outcome'>): FleetWrite {
    const record: FleetWrite = { ...write, ended: Infinity, outcome: 'open' };
    this.#writes.push(record);
    return record;
  }

  /** A side was declared cold. */
  declared(at: number, epoch: number): void {
    this.#declared.push({ at, epoch });
  }

  /** A read was answered: I1 (no stale read) and I3 (expiry is kept) are checked. */
  check(read: FleetRead): void {
    this.#reads += 1;
    const { key, value, process, begun } = read;
    const source = this.#writes.find((write) => write.value === value);
    if (source?.key !== key || source.begun > read.ended) {
      this.#violations.push(`read of ${key} invented ${value}`);
      return;
    }
    if (source.deadline <= read.clock) {
      this.#violations.push(`I3: ${process} read ${value} past its end`);
    }
    const newer = this.#writes.filter(
      (write) =>
        (write.key === key || write.key === undefined) &&
        write.outcome === 'acknowledged' &&
        write.ended < begun &&
        source.ended < write.begun,
    );
    if (newer.length === 0) return;
    if (newer.every((write) => this.#isExcused(write, read))) {
      this.#excused += 1;
      return;
    }
    const [first] = newer.filter((write) => !this.#isExcused(write, read));
    const what = first?.value ?? (first?.key === undefined ? 'a clear' : 'a delete');
    this.#violations.push(
      `I1: ${process} read ${value} at ${begun}, though ${what} of ${first?.process} was acknowledged at ${first?.ended}`,
    );
  }

  /** With `accept`, another process may read what was until it knows of a side that was declared cold. */
  #isExcused(write: FleetWrite, read: FleetRead): boolean {
    if (this.#policy === 'fail' || write.process === read.process) return false;
    return this.#declared.some(({ at, epoch }) => at <= write.ended && epoch > read.epoch);
  }
}
