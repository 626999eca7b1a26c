import type { Cache } from '@resync/cache-contract';
import { KeyLedger } from '../keys/key-ledger.js';
import { KeyOrder, type Manner, type Place } from '../keys/key-order.js';
import type { SideName } from '../stages/stage.js';
import { Calls, unsent, type CallSettings } from './calls.js';
import { InFlight } from './in-flight.js';
import { isSettledWithin, isWithoutEffect, type Limit, type Outcome } from './outcome.js';

/** What a side is told about time and bounds. */
export interface SideSettings extends CallSettings {
  /** Milliseconds that emptying the side may take. */
  readonly clearLimit: number;
  readonly maxDirtyKeys: number;
}

/** How a write is sent to a side. */
export interface WriteOptions {
  /** Milliseconds that the side may take, from when the write is due; `Infinity`: no limit. */
  readonly limitMs: number;
  /** What the write is due after; it is not sent where this resolves with false. */
  readonly after?: Promise<boolean>;
  /** The caller goes on without this side, which does not answer until it has confirmed the write. */
  readonly isBackground?: true;
  /** Asked where this side is unchanged: whether the other one is as well, so that nothing was written. */
  readonly isVoid?: () => Promise<boolean>;
}

/** A write that was accepted. */
export interface AcceptedWrite<T> {
  /** How it went, as soon as that is known. */
  readonly known: Promise<Outcome<T>>;
  /** The same, when the side has drawn its conclusions. */
  readonly concluded: Promise<Outcome<T>>;
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
  readonly #calls: Calls;
  readonly #inFlight: InFlight;
  readonly #listeners = new Set<() => void>();
  #isCold = false;
  #isEmptying = false;
  // Distrust that begins while the side is being emptied is not lifted by that.
  #distrusts = 0;
  // Clears that their callers did not wait for: until they are confirmed, every key is dirty.
  #backgroundClears = 0;
  #reportedDirty = 0;

  constructor(name: SideName, cache: Cache<V>, settings: SideSettings) {
    this.name = name;
    this.cache = cache;
    this.#settings = settings;
    this.#calls = new Calls(name, settings);
    this.#inFlight = new InFlight(() => this.#changed());
  }

  get isCold(): boolean {
    return this.#isCold;
  }

  /** Calls whose limit has passed and which have not settled. */
  get unsettledCount(): number {
    return this.#calls.unsettled;
  }

  /** Nothing is dirty, of unknown outcome or cold: the side could stand alone. */
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
  read<T>(limitMs: number, ask: (cache: Cache<V>) => Promise<T>): Promise<Outcome<T>> {
    return this.#calls.make({ what: 'read', limitMs, make: () => ask(this.cache) });
  }

  /**
   * Accepts a write of one key: its place in the order is taken now, the call is made in its turn.
   * A side that does not confirm it never answers for the key until it was repaired; unless nothing
   * was written on either side, which leaves everything as it was.
   */
  write<T>(
    key: string,
    options: WriteOptions,
    make: (cache: Cache<V>) => Promise<T>,
  ): AcceptedWrite<T> {
    const place = this.order.enter(key, 'ordered');
    const ticket = this.ledger.accept(key, options.isBackground ? 'background' : 'awaited');
    const cohort = this.#inFlight.begin();
    const known = this.#whenDue(options, () =>
      this.#calls.make({
        what: 'write',
        limitMs: options.limitMs,
        place,
        // What comes behind a call of unknown outcome would not wait: it is left to the repair.
        isStillDue: () => !this.ledger.isUnsettled(key),
        make: () => make(this.cache),
      }),
    );
    const conclude = async (): Promise<Outcome<T>> => {
      const outcome = await known;
      if (outcome.kind === 'answered') this.ledger.confirm(key, ticket);
      else if (outcome.kind === 'late') this.ledger.failLate(key, ticket);
      else if (isWithoutEffect(outcome) && (await options.isVoid?.()) === true) {
        this.ledger.withdraw(key, ticket);
      } else this.ledger.fail(key, ticket);
      this.#afterSettling(outcome, () => {
        if (outcome.kind === 'late') this.ledger.settled(key);
        this.#inFlight.end(cohort);
      });
      place.leave();
      this.#changed();
      return outcome;
    };
    return { known, concluded: conclude() };
  }

  /** A write that was not even tried: the side does not answer for the key until it was repaired. */
  skip(key: string): void {
    this.ledger.fail(key, this.ledger.accept(key));
    this.#settings.observer.boundHit(this.name, 'background');
    this.#changed();
  }

  /** Accepts a clear, ordered with the writes of every key. Unconfirmed, it makes the side cold. */
  async clear(options: WriteOptions): Promise<Outcome<void>> {
    const place = this.order.enter(undefined, 'ordered');
    if (options.isBackground) this.#backgroundClears += 1;
    const cohort = this.#inFlight.begin();
    const outcome = await this.#whenDue(options, () => this.#clear(options.limitMs, place));
    this.#afterSettling(outcome, () => this.#inFlight.end(cohort));
    if (options.isBackground) this.#backgroundClears -= 1;
    if (outcome.kind !== 'answered') this.distrust('a clear was not confirmed');
    place.leave();
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
   * Empties a cold side, behind every write of unknown outcome. False where that is not possible
   * yet, or was not confirmed.
   */
  async empty(): Promise<boolean> {
    const { unsettledCount } = this.ledger;
    if (this.#isEmptying || unsettledCount > 0 || this.#inFlight.hasOverdue) return false;
    const distrusts = this.#distrusts;
    this.ledger.forgetDirty();
    this.#isEmptying = true;
    const outcome = await this.#clear(this.#settings.clearLimit);
    this.#isEmptying = false;
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

  #clear(limitMs: number, place?: Place): Promise<Outcome<void>> {
    const make = (): Promise<void> => this.cache.clear();
    return this.#calls.make({ what: 'clear', limitMs, make, ...(place && { place }) });
  }

  async #whenDue<T>({ after }: WriteOptions, call: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (after === undefined || (await after)) return call();
    return unsent(`it was not sent to ${this.name}, because legacy failed`);
  }

  /** At once, except for a call that passed its limit and may still have its effect. */
  #afterSettling(outcome: Outcome<unknown>, end: () => void): void {
    if (outcome.kind !== 'late') {
      end();
      return;
    }
    void outcome.settled.then(() => {
      end();
      this.#changed();
    });
  }

  #limit(what: string, ms: number): Limit {
    return { clock: this.#settings.clock, ms, name: `the end of a ${what} of ${this.name}` };
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
