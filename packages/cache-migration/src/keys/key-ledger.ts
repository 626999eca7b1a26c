interface KeyRecord {
  /** The newest write that was accepted for the side. */
  newest: number;
  /** Writes that were accepted and not yet decided. */
  pending: number;
  /** Calls that passed their limit and may still have their effect. */
  unsettled: number;
  /** A write ended for its caller, and the side has not confirmed it. */
  isDirty: boolean;
}

/** Names one accepted write; later ones are larger. */
export type Ticket = number;

/**
 * What one side has not confirmed, key by key. Keys without open business leave no trace, so that a
 * million clean keys cost nothing.
 */
export class KeyLedger {
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

  isDirty(key: string): boolean {
    return this.#dirty > 0 && this.#records.get(key)?.isDirty === true;
  }

  isUnsettled(key: string): boolean {
    return this.#unsettled > 0 && (this.#records.get(key)?.unsettled ?? 0) > 0;
  }

  /** A write was accepted; it must be confirmed or failed once. */
  accept(key: string): Ticket {
    this.#newest += 1;
    const record = this.#recordOf(key);
    record.newest = this.#newest;
    record.pending += 1;
    this.#file(key, record);
    return this.#newest;
  }

  /** The caller goes on without the side's answer. */
  markDirty(key: string): void {
    const record = this.#recordOf(key);
    this.#setDirty(record, { isDirty: true });
    this.#file(key, record);
  }

  /** The side confirmed the write. Only the newest one, with nothing unsettled, makes the key clean. */
  confirm(key: string, ticket: Ticket): void {
    const record = this.#recordOf(key);
    record.pending -= 1;
    if (ticket === record.newest && record.unsettled === 0)
      this.#setDirty(record, { isDirty: false });
    this.#file(key, record);
  }

  /** The side did not confirm the write. */
  fail(key: string): void {
    const record = this.#recordOf(key);
    record.pending -= 1;
    this.#setDirty(record, { isDirty: true });
    this.#file(key, record);
  }

  /** As `fail`, and the call may still have its effect; `settled` must follow when it cannot any more. */
  failLate(key: string): void {
    this.#recordOf(key).unsettled += 1;
    this.#unsettled += 1;
    this.fail(key);
  }

  /** A late call has settled. */
  settled(key: string): void {
    const record = this.#recordOf(key);
    record.unsettled -= 1;
    this.#unsettled -= 1;
    this.#file(key, record);
  }

  /** The side is distrusted as a whole: keys need no mark of their own, unless something is under way for them. */
  forgetDirty(): void {
    for (const key of [...this.#repairable]) {
      const record = this.#recordOf(key);
      this.#setDirty(record, { isDirty: false });
      this.#file(key, record);
    }
  }

  #recordOf(key: string): KeyRecord {
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const record: KeyRecord = { newest: 0, pending: 0, unsettled: 0, isDirty: false };
    this.#records.set(key, record);
    return record;
  }

  #setDirty(record: KeyRecord, { isDirty }: Pick<KeyRecord, 'isDirty'>): void {
    if (record.isDirty === isDirty) return;
    record.isDirty = isDirty;
    this.#dirty += isDirty ? 1 : -1;
  }

  /** Puts the key where its record belongs now. */
  #file(key: string, { pending, unsettled, isDirty }: KeyRecord): void {
    const isIdle = pending === 0 && unsettled === 0;
    if (isIdle && isDirty) this.#repairable.add(key);
    else if (this.#repairable.size > 0) this.#repairable.delete(key);
    if (isIdle && !isDirty) this.#records.delete(key);
  }
}
