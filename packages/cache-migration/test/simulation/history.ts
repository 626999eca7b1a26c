/** A write as its caller saw it. Times are moments of the world. */
export interface WriteRecord {
  /** `undefined`: a clear, which writes every key. */
  readonly key: string | undefined;
  /** The value; `undefined`: nothing is there afterwards. */
  readonly value: string | undefined;
  readonly begun: number;
  /** The last moment at which the value was sure to be new: what begins later is newer. */
  asOf: number;
  ended: number;
  /** `failed`: may or may not have happened; `dropped`: has not. */
  outcome: 'open' | 'acknowledged' | 'failed' | 'dropped';
  /** On the clock of the caches. */
  deadline: number;
}

/** Something that was asked about a key. */
export interface Question {
  readonly key: string;
  readonly begun: number;
  readonly ended: number;
  /** What the clock of the caches said when it was asked. */
  readonly clock: number;
}

/** What happened, and what of it must not have. */
export class History {
  readonly #writes: WriteRecord[] = [];
  readonly #violations: string[] = [];
  #checked = 0;

  get violations(): readonly string[] {
    return this.#violations;
  }

  /** Answers other than misses. */
  get checked(): number {
    return this.#checked;
  }

  report(violation: string): void {
    this.#violations.push(violation);
  }

  /** A write began. */
  begin(write: Pick<WriteRecord, 'key' | 'value' | 'begun' | 'deadline'>): WriteRecord {
    const { key, value, begun, deadline } = write;
    return this.#keep({
      key,
      value,
      begun,
      asOf: Infinity,
      ended: Infinity,
      outcome: 'open',
      deadline,
    });
  }

  /** A value was loaded: it is as old as this moment, and may or may not be stored. */
  load(load: Pick<WriteRecord, 'key' | 'value' | 'begun' | 'deadline'>): WriteRecord {
    const { key, value, begun, deadline } = load;
    return this.#keep({
      key,
      value,
      begun,
      asOf: begun,
      ended: begun,
      outcome: 'failed',
      deadline,
    });
  }

  /** A write ended for its caller. */
  end(record: WriteRecord, outcome: 'acknowledged' | 'failed' | 'dropped', moment: number): void {
    record.outcome = outcome;
    record.ended = moment;
    record.asOf = Math.min(record.asOf, moment);
  }

  /** A read was answered with a value, and perhaps with its end: I1 (no stale read), I3 (expiry is kept). */
  checkValue(question: Question, value: string, expiresAt?: number): void {
    this.#checked += 1;
    const read = `read of ${question.key} at ${question.begun} gave ${value}`;
    const source = this.#writes.find((write) => write.value === value);
    if (source?.key !== question.key || source.begun > question.ended) {
      this.report(`I1: ${read}, which nobody wrote`);
      return;
    }
    const reason = this.#whyNot(source, question);
    if (reason !== undefined) this.report(`${reason.invariant}: ${read}, though ${reason.why}`);
    if (expiresAt !== undefined && expiresAt > source.deadline) {
      this.report(`I3: ${read} with ${expiresAt - source.deadline} ms too many`);
    }
  }

  /** The key was said to be there. */
  checkPresence(question: Question, what: string): void {
    this.#checked += 1;
    if (this.#mayBeThere(question)) return;
    this.report(`I1: ${what} at ${question.begun} found ${question.key}, which is gone`);
  }

  /** So many keys were said to be there. */
  checkCount(count: number, question: Omit<Question, 'key'>): void {
    this.#checked += 1;
    const keys = new Set(this.#writes.flatMap(({ key }) => key ?? []));
    const most = [...keys].filter((key) => this.#mayBeThere({ ...question, key })).length;
    if (count <= most) return;
    this.report(`I1: size at ${question.begun} counted ${count} keys of at most ${most}`);
  }

  #keep(record: WriteRecord): WriteRecord {
    this.#writes.push(record);
    return record;
  }

  #mayBeThere(question: Question): boolean {
    return this.#writes.some(
      (write) =>
        write.value !== undefined &&
        write.key === question.key &&
        write.begun <= question.ended &&
        this.#whyNot(write, question) === undefined,
    );
  }

  /** Why the value must not be seen any more by who asks. */
  #whyNot(
    source: WriteRecord,
    question: Question,
  ): { readonly invariant: 'I1' | 'I3'; readonly why: string } | undefined {
    if (source.outcome === 'dropped') return { invariant: 'I1', why: 'it was dropped' };
    const newer = this.#writes.find(
      (write) =>
        (write.key === question.key || write.key === undefined) &&
        write.outcome === 'acknowledged' &&
        write.ended < question.begun &&
        source.asOf < write.begun,
    );
    if (newer !== undefined) {
      const what = newer.key === undefined ? 'a clear' : (newer.value ?? 'a delete');
      return { invariant: 'I1', why: `${what} was acknowledged at ${newer.ended}` };
    }
    if (source.deadline > question.clock) return undefined;
    return { invariant: 'I3', why: `it ended ${question.clock - source.deadline} ms before` };
  }
}
