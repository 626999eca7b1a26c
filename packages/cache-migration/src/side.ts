import type { Cache, Clock } from '@resync/cache-contract';
import { InFlight, type Cohort } from './in-flight.js';
import { KeyLedger } from './key-ledger.js';
import { KeyOrder, type Manner, type Place } from './key-order.js';
import { MigrationError } from './migration-error.js';
import type { FailureKind, GuardedObserver } from './migration-observer.js';
import { callWithin, isSettledWithin, type Limit, type Outcome, type Unsent } from './outcome.js';
import type { SideName } from './stage.js';

/** What a side is told about time and bounds. */
export interface SideSettings {
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  /** Milliseconds that emptying the side may take. */
  readonly clearLimit: number;
  readonly maxDirtyKeys: number;
  readonly maxUnsettled: number;
}

/** How a write is sent to a side. */
export interface WriteOptions {
  /** Milliseconds that the side may take, from when it is due; `Infinity`: no limit. */
  readonly limitMs: number;
  /** What the write is due after; it is not sent where this resolves with false. */
  readonly after?: Promise<boolean>;
  /** The caller goes on without this side, which does not answer until it has confirmed the write. */
  readonly isBackground?: true;
}

/** Whether a side answers for a key. */
export type Trust = 'trusted' | 'dirty' | 'cold';

/**
 * One of the two caches, with what the migration knows of it: which keys it has not confirmed,
 * whether it is distrusted as a whole, and what is under way.
 */
export class Side<V> {
  readonly name: SideName;
  readonly cache: Cache<V>;
  readonly order = new KeyOrder();
  readonly ledger = new KeyLedger();
  readonly #settings: SideSettings;
  readonly #inFlight: InFlight;
  readonly #listeners = new Set<() => void>();
  #isCold = false;
  // Distrust that begins while the side is being emptied is not lifted by that.
  #distrusts = 0;
  #isEmptying = false;
  // Reads and clears that passed their limit and have not settled; the ledger has the writes.
  #unsettledCalls = 0;
  // Clears that their callers did not wait for: until they are confirmed, every key is dirty.
  #backgroundClears = 0;
  #reportedDirty = 0;

  constructor(name: SideName, cache: Cache<V>, settings: SideSettings) {
    this.name = name;
    this.cache = cache;
    this.#settings = settings;
    this.#inFlight = new InFlight(() => this.#changed());
  }

  get isCold(): boolean {
    return this.#isCold;
  }

  /** Calls whose limit has passed and which have not settled. */
  get unsettledCount(): number {
    return this.ledger.unsettledCount + this.#unsettledCalls;
  }

  /** Nothing is dirty, unsettled or cold: the side could stand alone. */
  get isTrusted(): boolean {
    const { dirtyCount, unsettledCount } = this.ledger;
    return !this.#isCold && dirtyCount + unsettledCount + this.#backgroundClears === 0;
  }

  /** Everything that began in earlier epochs has settled. */
  get isSettled(): boolean {
    return this.#inFlight.isSettled;
  }

  /** Whether the side may answer for the key. Asked each time, never remembered. */
  trustFor(key: string): Trust {
    if (this.#isCold) return 'cold';
    return this.#backgroundClears > 0 || this.ledger.isDirty(key) ? 'dirty' : 'trusted';
  }

  /** Asks the side. */
  async read<T>(limitMs: number, ask: (cache: Cache<V>) => Promise<T>): Promise<Outcome<T>> {
    const shed = this.#shed(limitMs);
    if (shed !== undefined) return shed;
    const outcome = await callWithin(this.#limit('read', limitMs), () => ask(this.cache));
    if (outcome.kind === 'late') this.#followLateCall(outcome.settled);
    this.#report(outcome);
    return outcome;
  }

  /**
   * Accepts a write of one key: its place in the order is taken now, the call is made in its turn.
   * A side that does not confirm it never answers for the key until it was repaired.
   */
  write<T>(
    key: string,
    options: WriteOptions,
    call: (cache: Cache<V>) => Promise<T>,
  ): Promise<Outcome<T>> {
    const place = this.order.enter(key, 'ordered');
    const ticket = this.ledger.accept(key);
    if (options.isBackground) this.ledger.markDirty(key);
    const cohort = this.#inFlight.begin();
    return this.#writeInTurn({ key, place, options, call }).then((outcome) => {
      if (outcome.kind === 'late') {
        this.ledger.failLate(key);
        this.#followLateWrite(key, outcome.settled, cohort);
      } else {
        if (outcome.kind === 'answered') this.ledger.confirm(key, ticket);
        else this.ledger.fail(key);
        this.#inFlight.end(cohort);
      }
      place.leave();
      this.#report(outcome);
      this.#changed();
      return outcome;
    });
  }

  /** A write that was not even tried: the side does not answer for the key until it was repaired. */
  skip(key: string): void {
    this.ledger.accept(key);
    this.ledger.fail(key);
    this.#settings.observer.boundHit(this.name, 'background');
    this.#changed();
  }

  /** Accepts a clear, ordered with the writes of every key. Unconfirmed, it makes the side cold. */
  async clear(options: WriteOptions): Promise<Outcome<void>> {
    const place = this.order.enter(undefined, 'ordered');
    if (options.isBackground) this.#backgroundClears += 1;
    const cohort = this.#inFlight.begin();
    const isDue = options.after === undefined || (await options.after);
    const outcome = isDue
      ? await this.#sendInTurn({
          place,
          limit: this.#limit('clear', options.limitMs),
          isSendable: () => true,
          call: () => this.cache.clear(),
        })
      : unsent(`the clear was not sent to ${this.name}, because legacy failed`);
    if (outcome.kind === 'late') this.#followLateCall(outcome.settled, cohort);
    else this.#inFlight.end(cohort);
    if (options.isBackground) this.#backgroundClears -= 1;
    if (outcome.kind !== 'answered') this.distrust('a clear was not confirmed');
    place.leave();
    this.#report(outcome);
    this.#changed();
    return outcome;
  }

  /**
   * The call as it is, on a side that stands alone: counted, and in order with what came before or
   * comes later in another manner.
   */
  async direct<T>(key: string | undefined, manner: Manner, call: () => Promise<T>): Promise<T> {
    const place = this.order.enter(key, manner);
    const cohort = this.#inFlight.begin();
    try {
      if (place.turn !== undefined) await place.turn;
      return await call();
    } finally {
      this.#inFlight.end(cohort);
      place.leave();
    }
  }

  /** From now on the side answers nothing, until it was emptied. */
  distrust(why: string): void {
    this.#distrusts += 1;
    this.ledger.forgetDirty();
    if (this.#isCold) return;
    this.#isCold = true;
    this.#settings.observer.coldSide(this.name, 'cold', why);
    this.#changed();
  }

  /**
   * Empties a cold side, behind everything whose outcome is unknown. False where that is not
   * possible yet, or was not confirmed.
   */
  async empty(): Promise<boolean> {
    if (this.#isEmptying || this.unsettledCount > 0 || this.#inFlight.hasOverdue) return false;
    const distrusts = this.#distrusts;
    this.ledger.forgetDirty();
    this.#isEmptying = true;
    const outcome = await callWithin(this.#limit('clear', this.#settings.clearLimit), () =>
      this.cache.clear(),
    );
    this.#isEmptying = false;
    if (outcome.kind === 'late') this.#followLateCall(outcome.settled);
    this.#report(outcome);
    if (outcome.kind !== 'answered' || distrusts !== this.#distrusts) return false;
    this.#isCold = false;
    this.#settings.observer.coldSide(this.name, 'warm', 'emptied');
    this.#changed();
    return true;
  }

  /** A new epoch begins. */
  nextEpoch(): void {
    this.#inFlight.nextEpoch();
  }

  /** Waits for what began in earlier epochs; past the limit the side is cold. */
  async drain(limitMs: number): Promise<void> {
    if (await isSettledWithin(this.#limit('drain', limitMs), this.#inFlight.drained())) return;
    this.#inFlight.declareOverdue();
    this.distrust(`operations of an earlier stage did not settle within ${limitMs} ms`);
  }

  /** Calls back whenever something changed that `isTrusted`, `isCold` or the ledger shows. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits until the condition holds, no longer than the limit; whether it does. */
  async until(condition: () => boolean, limitMs: number): Promise<boolean> {
    if (condition()) return true;
    let stop: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      stop = this.onChange(() => {
        if (condition()) resolve();
      });
    });
    const isHeld = await isSettledWithin(this.#limit('repair', limitMs), held);
    stop?.();
    return isHeld && condition();
  }

  async #writeInTurn<T>(write: {
    readonly key: string;
    readonly place: Place;
    readonly options: WriteOptions;
    readonly call: (cache: Cache<V>) => Promise<T>;
  }): Promise<Outcome<T>> {
    const { key, place, options, call } = write;
    if (options.after !== undefined && !(await options.after)) {
      return unsent(`the write was not sent to ${this.name}, because legacy failed`);
    }
    return this.#sendInTurn({
      place,
      limit: this.#limit('write', options.limitMs),
      // What comes behind a call of unknown outcome would not wait: it is left to the repair.
      isSendable: () => !this.ledger.isUnsettled(key),
      call: () => call(this.cache),
    });
  }

  /** Waits for the turn and makes the call, both within the limit. */
  async #sendInTurn<T>(sending: {
    readonly place: Place;
    readonly limit: Limit;
    readonly isSendable: () => boolean;
    readonly call: () => Promise<T>;
  }): Promise<Outcome<T>> {
    const { place, limit, isSendable, call } = sending;
    const shed = this.#shed(limit.ms);
    if (shed !== undefined) return shed;
    let progress: 'waiting' | 'sent' | 'abandoned' = 'waiting';
    const outcome = await callWithin(limit, async () => {
      if (place.turn !== undefined) await place.turn;
      if (progress === 'abandoned' || !isSendable()) return undefined;
      progress = 'sent';
      return call();
    });
    if (wasSent(progress, outcome)) return outcome;
    progress = 'abandoned';
    return unsent(`an earlier write has not settled on ${this.name}`);
  }

  /** A side with a limit is not asked while too many calls to it are unanswered. */
  #shed(limitMs: number): Unsent | undefined {
    if (limitMs === Infinity || this.unsettledCount < this.#settings.maxUnsettled) return undefined;
    this.#settings.observer.boundHit(this.name, 'unsettled');
    return unsent(`${this.unsettledCount} calls to ${this.name} are unanswered`);
  }

  #followLateWrite(key: string, settled: Promise<void>, cohort: Cohort): void {
    void settled.then(() => {
      this.ledger.settled(key);
      this.#inFlight.end(cohort);
      this.#changed();
    });
  }

  #followLateCall(settled: Promise<void>, cohort?: Cohort): void {
    this.#unsettledCalls += 1;
    void settled.then(() => {
      this.#unsettledCalls -= 1;
      if (cohort !== undefined) this.#inFlight.end(cohort);
      this.#changed();
    });
  }

  #limit(what: string, ms: number): Limit {
    return { clock: this.#settings.clock, ms, name: `an answer of ${this.name} to a ${what}` };
  }

  #report(outcome: Outcome<unknown>): void {
    if (outcome.kind === 'answered') return;
    this.#settings.observer.failure(this.name, FAILURES[outcome.kind], outcome.error);
  }

  #changed(): void {
    const { dirtyCount } = this.ledger;
    if (dirtyCount > this.#settings.maxDirtyKeys) {
      this.#settings.observer.boundHit(this.name, 'dirty-keys');
      this.distrust(`more than ${this.#settings.maxDirtyKeys} keys were dirty`);
    }
    if (dirtyCount !== this.#reportedDirty) {
      this.#reportedDirty = dirtyCount;
      this.#settings.observer.dirtyKeys(this.name, dirtyCount);
    }
    for (const listener of this.#listeners) listener();
  }
}

const FAILURES: Readonly<Record<'refused' | 'late' | 'unsent', FailureKind>> = {
  refused: 'error',
  late: 'timeout',
  unsent: 'shed',
};

function unsent(message: string): Unsent {
  return { kind: 'unsent', error: new MigrationError('SHED', message) };
}

/** Whether the outcome is that of a call which was made; then it has the call's type. */
function wasSent<T>(
  progress: 'waiting' | 'sent' | 'abandoned',
  outcome: Outcome<T | undefined>,
): outcome is Outcome<T> {
  return progress === 'sent' && outcome.kind !== 'unsent';
}
