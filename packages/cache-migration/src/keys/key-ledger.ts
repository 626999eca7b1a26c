interface KeyRecord {
  /** The newest write that was accepted for the side. */
  newest: number;
  /** Writes that were accepted and not yet decided. */
  pending: number;
  /** Calls that passed their limit and may still have their effect. */
  unsettled: number;
  /** Pending writes whose callers did not wait for the side: as long as there are any, it is dirty. */
  background: number;
  /** A write failed, and no newer one was confirmed. */
  isFailed: boolean;
}

/** Names one accepted write. */
export interface Ticket {
  /** Later ones are larger. */
  readonly number: number;
  readonly manner: 'awaited' | 'background';
}

/**
 * What one side has not confirmed, key by key. Keys without open business leave no trace, so that a
 * million clean keys cost nothing.
 */
export class KeyLedger {
  // Kept beside the map, whose size takes longer to ask for.
  #isEmpty = true;
  readonly #records = new Map<string, KeyRecord>();
  readonly #repairable = new Set<string>();
  #newest = 0;
  #dirty = 0;
  #unsettled = 0;

  /** How many keys the side must not answer for. */
  get dirtyCount(): number {
    return this.#dirty;
  }

  /** How many calls may still have their effect, though their limit has passed. */
  get unsettledCount(): number {
    return this.#unsettled;
  }

  /** Dirty keys that nothing is under way for, the longest waiting first. */
  get repairable(): ReadonlySet<string> {
    return this.#repairable;
  }

  /** Whether anything of the key is open. */
  isOpen(key: string): boolean {
    return !this.#isEmpty && this.#records.has(key);
  }

  isDirty(key: string): boolean {
    if (this.#dirty === 0) return false;
    const record = this.#records.get(key);
    return record !== undefined && isDirty(record);
  }

  /** The keys that the side must not answer for now. */
  dirtyKeys(): ReadonlySet<string> {
    const dirty = [...this.#records].filter(([, record]) => isDirty(record));
    return new Set(dirty.map(([key]) => key));
  }

  isUnsettled(key: string): boolean {
    return this.#unsettled > 0 && (this.#records.get(key)?.unsettled ?? 0) > 0;
  }

  /** A write was accepted; it must be confirmed, failed or withdrawn once. */
  accept(key: string, manner: Ticket['manner'] = 'awaited'): Ticket {
    this.#newest += 1;
    this.#change(key, (record) => {
      record.newest = this.#newest;
      record.pending += 1;
      if (manner === 'background') record.background += 1;
    });
    return { number: this.#newest, manner };
  }

  /** The side confirmed the write. Only the newest one, with nothing unsettled, makes the key clean. */
  confirm(key: string, ticket: Ticket): void {
    this.#end(key, ticket, (record) => {
      if (ticket.number === record.newest && record.unsettled === 0) record.isFailed = false;
    });
  }

  /** The write took place on neither side: everything is as before it. */
  withdraw(key: string, ticket: Ticket): void {
    this.#end(key, ticket, () => undefined);
  }

  /** The side did not confirm the write. */
  fail(key: string, ticket: Ticket): void {
    this.#end(key, ticket, (record) => {
      record.isFailed = true;
    });
  }

  /** As `fail`, and the call may still have its effect; `settled` must follow when it cannot any more. */
  failLate(key: string, ticket: Ticket): void {
    this.#unsettled += 1;
    this.#end(key, ticket, (record) => {
      record.isFailed = true;
      record.unsettled += 1;
    });
  }

  /** A late call has settled. */
  settled(key: string): void {
    this.#unsettled -= 1;
    this.#change(key, (record) => {
      record.unsettled -= 1;
    });
  }

  /** The side is distrusted as a whole: keys need no mark of their own, unless something is under way for them. */
  forgetDirty(): void {
    for (const key of [...this.#repairable]) {
      this.#change(key, (record) => {
        record.isFailed = false;
      });
    }
  }

  #end(key: string, { manner }: Ticket, decide: (record: KeyRecord) => void): void {
    this.#change(key, (record) => {
      record.pending -= 1;
      if (manner === 'background') record.background -= 1;
      decide(record);
    });
  }

  /** Changes the record of the key, and puts the key where that belongs now. */
  #change(key: string, change: (record: KeyRecord) => void): void {
    const record = this.#records.get(key) ?? newRecord();
    const wasDirty = isDirty(record);
    change(record);
    this.#dirty += Number(isDirty(record)) - Number(wasDirty);

    const isIdle = record.pending === 0 && record.unsettled === 0;
    if (isIdle && record.isFailed) this.#repairable.add(key);
    else if (this.#repairable.size > 0) this.#repairable.delete(key);
    if (isIdle && !record.isFailed) this.#records.delete(key);
    else this.#records.set(key, record);
    this.#isEmpty = this.#records.size === 0;
  }
}

function newRecord(): KeyRecord {
  return { newest: 0, pending: 0, unsettled: 0, background: 0, isFailed: false };
}

function isDirty({ background, isFailed }: KeyRecord): boolean {
  return isFailed || background > 0;
}
