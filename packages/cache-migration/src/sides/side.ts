import { hasStatsNow, type Cache, type Lookup } from '@resync/cache-contract';
import { KeyLedger } from '../keys/key-ledger.js';
import { KeyOrder, type Manner, type Place } from '../keys/key-order.js';
import type { ReadCounts } from '../observation/migration-counts.js';
import type { SideName } from '../stages/stage.js';
import type { AcceptedWrite, WriteOptions } from './accepted-write.js';
import { Calls, unsent, type Call, type CallSettings } from './calls.js';
import { Changes } from './changes.js';
import { InFlight } from './in-flight.js';
import type { Nursery } from './nursery.js';
import {
  isDeclining,
  isSettledWithin,
  isWithoutEffect,
  type Limit,
  type Outcome,
} from './outcome.js';

/** What a side is told about time and bounds. */
export interface SideSettings extends CallSettings {
  /** Milliseconds that emptying the side may take. */
  readonly clearLimit: number;
  readonly maxDirtyKeys: number;
  /** Who lifts the side's cold: the side when it was emptied, or a fleet when all may rely on that. */
  readonly warmedBy: 'itself' | 'fleet';
  /** Where the operations of both sides are while they are young. */
  readonly nursery: Nursery;
}

const NOTHING_COUNTED: ReadCounts = { hits: 0, misses: 0 };

/** What a side is asked for a sign of life: nothing else uses it. */
const TRIAL_KEY = 'resync:sign-of-life';

/** Whether a side answers for a key. */
export type Trust = 'trusted' | 'dirty' | 'cold';

/**
 * One of the two caches, with what the migration knows of it: which keys it has not confirmed,
 * whether it is distrusted as a whole, and what is under way.
 */
export class Side<V> {
  readonly name: SideName;
  readonly cache: Cache<V>;
  /** Whether the cache can say at once what it has counted. */
  readonly isCounting: boolean;
  readonly order = new KeyOrder();
  readonly ledger = new KeyLedger();
  /** Something has changed that `isTrusted`, `isCold`, `isCalled` or the ledger show. */
  readonly changes = new Changes();
  /** Calls are made again that were not. */
  readonly recoveries = new Changes();
  readonly #settings: SideSettings;
  readonly #calls: Calls;
  readonly #inFlight: InFlight;
  /** Reads of the migration's own, which the cache has counted too. */
  readonly #internal = { hits: 0, misses: 0 };
  #onDistrust: () => void = () => undefined;
  #isCold = false;
  #isEmptying = false;
  // Distrust that begins while the side is being emptied is not lifted by that.
  #distrusts = 0;
  // Clears that their callers did not wait for: until they are confirmed, every key is dirty.
  #backgroundClears = 0;
  #reportedDirty = 0;
  #drains = 0;

  constructor(name: SideName, cache: Cache<V>, settings: SideSettings) {
    this.name = name;
    this.cache = cache;
    this.isCounting = hasStatsNow(cache);
    this.#settings = settings;
    this.#calls = new Calls(name, settings, {
      trial: () => cache.has(TRIAL_KEY),
      onChange: (areMade) => {
        this.#changed();
        if (areMade) this.recoveries.tell();
      },
    });
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

  /** The side answers for every key, as far as writes go that their callers wait for. */
  get isClean(): boolean {
    return !this.#isCold && this.#backgroundClears + this.ledger.dirtyCount === 0;
  }

  /** Writes, fills and clears that began and have not settled. */
  get inFlightCount(): number {
    return this.#inFlight.count;
  }

  /** Everything that began in earlier epochs has settled. */
  get isSettled(): boolean {
    return this.#inFlight.isSettled;
  }

  /** Whether the side may answer for the key. Asked each time, never remembered. */
  trustFor(key: string): Trust {
    if (this.#isCold) return 'cold';
    if (this.#backgroundClears > 0 || this.ledger.isDirty(key)) return 'dirty';
    return this.name === 'next' && this.#settings.nursery.isInBackground(key) ? 'dirty' : 'trusted';
  }

  /** The reads of callers that the cache has counted since its start, where it can say at once. */
  get ownReads(): ReadCounts | undefined {
    if (!this.isCounting) return undefined;
    const { hits, misses } = this.#counted;
    return { hits: hits - this.#internal.hits, misses: misses - this.#internal.misses };
  }

  /** Whether calls with a limit are made: the breaker is closed, and not too many are unanswered. */
  get isCalled(): boolean {
    return this.#calls.areMade;
  }

  /** Whether a write of the key would be alone on this side, with nothing open from before. */
  isIdleFor(key: string): boolean {
    return this.#calls.areMade && !this.order.isBusy(key) && !this.ledger.isOpen(key);
  }

  /** A call was answered that was made without this. */
  answered(): void {
    this.#calls.answered();
  }

  /** No call will be limited from now on, or some will be again. */
  resetBreaker(): void {
    this.#calls.resetBreaker();
  }

  /** Whether it answers again is not tried any longer. */
  endTrials(): void {
    this.#calls.endTrials();
  }

  /** Asks the side. */
  read<T>(limitMs: Call<T>['limitMs'], ask: (cache: Cache<V>) => Promise<T>): Promise<Outcome<T>> {
    return this.#calls.make({ what: 'read', limitMs, make: () => ask(this.cache) });
  }

  /** Asks for all that the side holds: what becomes of that says nothing of how it answers for keys. */
  list<T>(limitMs: Call<T>['limitMs'], ask: (cache: Cache<V>) => Promise<T>): Promise<Outcome<T>> {
    return this.#calls.make({ what: 'list', limitMs, make: () => ask(this.cache) });
  }

  /** The side was asked before, and has so many milliseconds left. */
  await<T>(limitMs: number, asked: Promise<T>): Promise<Outcome<T>> {
    return this.#calls.make({ what: 'read', limitMs, make: () => asked, isMade: true });
  }

  /** Looks a key up for the migration itself: it is none of the callers' reads. */
  readInternally(key: string, limitMs: number): Promise<Outcome<Lookup<V>>> {
    return this.read(limitMs, (cache) => {
      // What next has counted is asked for in complete alone, where nothing is read internally.
      if (this.name === 'next') return cache.lookup(key);
      const before = this.#counted;
      const found = cache.lookup(key);
      // A cache in this process has counted by now.
      const after = this.#counted;
      this.#internal.hits += after.hits - before.hits;
      this.#internal.misses += after.misses - before.misses;
      return found;
    });
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
    this.#settings.nursery.meet(key);
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
        ...(options.isMade && { isMade: true }),
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

  /** A set that was called without this was refused, and ends so for its caller. */
  refused(key: string, error: unknown): void {
    this.#settings.observer.failure(this.name, 'error', error);
    this.missUnlessDeclined(key, error);
  }

  /** As `miss`, where the error of the other side does not say that nothing was written. */
  missUnlessDeclined(key: string, error: unknown): void {
    if (!isDeclining(error)) this.miss(key);
  }

  /**
   * A write has ended for its caller that this side has not confirmed, or was never asked to: the side
   * does not answer for the key until it was repaired.
   */
  miss(key: string): void {
    this.ledger.fail(key, this.ledger.accept(key));
    this.#changed();
  }

  /** Accepts a clear, ordered with the writes of every key. Unconfirmed, it makes the side cold. */
  async clear(options: WriteOptions): Promise<Outcome<void>> {
    this.#settings.nursery.meetAll();
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
    if (key === undefined) this.#settings.nursery.meetAll();
    else this.#settings.nursery.meet(key);
    const place = this.order.enter(key, manner);
    const cohort = this.#inFlight.begin();
    try {
      if (place.turn !== undefined) await place.turn;
      const answer = await call();
      this.#calls.answered();
      return answer;
    } finally {
      this.#inFlight.end(cohort);
      place.leave();
    }
  }

  /** From now on the side answers nothing, until it was emptied. */
  distrust(why: string): void {
    this.#distrusts += 1;
    this.ledger.forgetDirty();
    this.cool(why);
    this.#onDistrust();
  }

  /** As `distrust`, by the word of somebody else. */
  cool(why: string): void {
    if (this.#isCold) return;
    this.#isCold = true;
    this.#settings.observer.coldSide(this.name, 'cold', why);
    this.#changed();
  }

  /** It was emptied: from now on the side answers for what it has confirmed. */
  warm(why: string): void {
    if (!this.#isCold) return;
    this.#isCold = false;
    this.#settings.observer.coldSide(this.name, 'warm', why);
    this.#changed();
  }

  /** Whether a repair may empty the side when it is cold. */
  get emptiesItself(): boolean {
    return this.#settings.warmedBy === 'itself';
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
    if (this.emptiesItself) this.warm('emptied');
    return true;
  }

  /** A new epoch begins. */
  nextEpoch(): void {
    this.#inFlight.nextEpoch();
  }

  /** Waits for what began in earlier epochs; past the limit of the last one that waits, the side is cold. */
  async drain(limitMs: number): Promise<void> {
    this.#drains += 1;
    const drains = this.#drains;
    if (await isSettledWithin(this.#limit('drain', limitMs), this.#inFlight.drained())) return;
    // A later one waits for the same operations, and longer.
    if (drains !== this.#drains) return;
    this.#inFlight.declareOverdue();
    this.distrust(`operations of an earlier stage did not settle within ${limitMs} ms`);
  }

  /** Calls back whenever this process has a reason to distrust the side, a cold one too. */
  onDistrust(listener: () => void): void {
    this.#onDistrust = listener;
  }

  /** Waits until the condition holds, no longer than the limit; whether it does. */
  until(condition: () => boolean, limitMs: number): Promise<boolean> {
    return this.changes.until(condition, this.#limit('repair', limitMs));
  }

  get #counted(): ReadCounts {
    return hasStatsNow(this.cache) ? this.cache.statsNow() : NOTHING_COUNTED;
  }

  #clear(limitMs: Call<void>['limitMs'], place?: Place): Promise<Outcome<void>> {
    const make = (): Promise<void> => this.cache.clear();
    return this.#calls.make({ what: 'clear', limitMs, make, ...(place && { place }) });
  }

  async #whenDue<T>({ after }: WriteOptions, call: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (after === undefined || (await after)) return call();
    return unsent('overtaken', `it was not sent to ${this.name}, because legacy failed`);
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
    this.changes.tell();
  }
}
