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
    const firstEnds = new Map<string, FirstEnds>();
    return this.#reads.flatMap((read) => {
      const source = this.#writes.get(read.value);
      if (source?.key !== read.key || source.begun > read.ended) {
        this.#invented.push(`${read.process} read ${read.value} of ${read.key}`);
        return [];
      }
      const ends = firstEnds.get(read.key) ?? new FirstEnds(this.#acknowledgedOf(read.key));
      firstEnds.set(read.key, ends);
      const newer = ends.ofThoseBegunAfter(source.ended);
      if (newer === undefined || newer.ended >= read.begun) return [];
      return [{ read, newer, age: (read.begun - newer.ended) / 1000 }];
    });
  }

  #acknowledgedOf(key: string): readonly Write[] {
    return [...this.#writes.values()].filter(
      (write) => write.isAcknowledged && (write.key === key || write.key === null),
    );
  }
}

/** Of writes, which ended first among those that began after a moment. */
class FirstEnds {
  readonly #byBegin: readonly Write[];
  /** For each place, the write from there on that ended first. */
  readonly #first: Write[] = [];

  constructor(writes: readonly Write[]) {
    this.#byBegin = [...writes].sort((one, other) => one.begun - other.begun);
    let first: Write | undefined;
    for (let index = this.#byBegin.length - 1; index >= 0; index -= 1) {
      const write = this.#byBegin[index];
      if (write === undefined) continue;
      if (first === undefined || write.ended < first.ended) first = write;
      this.#first[index] = first;
    }
  }

  ofThoseBegunAfter(moment: number): Write | undefined {
    let [low, high] = [0, this.#byBegin.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#byBegin[middle]?.begun ?? Infinity) > moment) high = middle;
      else low = middle + 1;
    }
    return this.#first[low];
  }
}
