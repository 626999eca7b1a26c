import { CacheError, type Clock } from '@resync/cache-contract';
import type { Awaitable } from '../cache-storage.js';
import type { LocalLeases } from '../leases/local-leases.js';
import type { Failures } from './failures.js';
import { Flight, LEFT_OUT, type Outcome } from './flight.js';
import { LoadInterest } from './load-interest.js';
import type { LoadPolicy } from './load-options.js';
import type { LoadedEntries } from './loaded-entries.js';
import { noLoads, type LoadStats } from './load-stats.js';
import { LeasedKey, type MissedKey } from './missed-key.js';
import { SmallMap } from '../small-map.js';
import { waitForFlight } from './wait-for-flight.js';

/** What a factory gave. */
export interface Loaded<V> {
  valueOf(key: string): V | undefined;
  /** Milliseconds; `undefined` where the factory said nothing of it. */
  readonly ttl: number | undefined;
}

/** Calls the factory, and checks what it gives. */
export type Load<V> = (interest: LoadInterest) => Promise<Loaded<V>>;

/** What loads are made of. */
export interface LoadParts<V> {
  readonly clock: Clock;
  readonly leases: LocalLeases;
  readonly loaded: LoadedEntries<V>;
  readonly failures: Failures;
  /** Lets others load what this process will not store. */
  readonly giveBack: (flight: Flight<V>) => void;
  /** Stores what was loaded; false where the storage knows of something newer. */
  readonly store: (flight: Flight<V>, value: V, ttl: number | undefined) => Awaitable<boolean>;
}

/**
 * The loads under way: one for each key, joined only by reads that no write of the key came before,
 * and stored only where none came in between. Neither eviction nor expiry ends them.
 */
export class Loads<V> {
  readonly counts = noLoads();
  readonly #parts: LoadParts<V>;
  /** Those that may be joined, if their lease holds. */
  readonly #flights = new SmallMap<string, Flight<V>>();
  /** Those that have not landed, the abandoned ones too. */
  readonly #underWay = new SmallMap<Flight<V>, true>();
  #end: CacheError | undefined;

  constructor(parts: LoadParts<V>) {
    this.#parts = parts;
  }

  stats(): LoadStats {
    return { ...this.counts };
  }

  /** The flight of the key that a read of now may join. */
  joinable(key: string): Flight<V> | undefined {
    const flight = this.#flights.get(key);
    return flight !== undefined && this.#parts.leases.holds(key, flight.lease) ? flight : undefined;
  }

  /** Begins one load for all the keys. */
  begin(missed: readonly MissedKey[], policy: LoadPolicy, load: Load<V>): readonly Flight<V>[] {
    const flights: Flight<V>[] = [];
    const interest = new LoadInterest((reason) => this.#abandoned(flights, reason));
    for (const miss of missed) flights.push(this.#takeOff(miss, interest, policy));
    const [first, ...others] = flights;
    if (first !== undefined) void this.#carryOut(first, others, load);
    return flights;
  }

  beginOne(miss: MissedKey, policy: LoadPolicy, load: Load<V>): Flight<V> {
    const interest = new LoadInterest((reason) => this.#abandoned([flight], reason));
    const flight = this.#takeOff(miss, interest, policy);
    void this.#carryOut(flight, NO_OTHERS, load);
    return flight;
  }

  /**
   * What the flight has for a caller, or a value in its grace.
   *
   * @throws what the factory threw, `LOAD_TIMEOUT`, or the reason of the caller's signal
   */
  wait(flight: Flight<V>, policy: LoadPolicy): Promise<Outcome<V>> {
    if (!isPatient(policy)) return this.#waitAWhile(flight, policy);
    flight.interest.join();
    return flight.outcome;
  }

  async #waitAWhile(flight: Flight<V>, policy: LoadPolicy): Promise<Outcome<V>> {
    const { clock } = this.#parts;
    const stale = (): V | undefined => this.staleAnswer(flight.key, policy);
    try {
      return await waitForFlight(flight, { ...policy, clock, stale });
    } catch (error) {
      if (policy.signal?.aborted === true) throw error;
      const value = stale();
      if (value !== undefined) return value;
      if (isTimeout(error)) this.counts.timeouts += 1;
      throw error;
    }
  }

  /** The value in its grace, which is then the answer. */
  staleAnswer(key: string, { grace }: LoadPolicy): V | undefined {
    const value = this.#parts.loaded.staleValue(key, grace);
    if (value !== undefined) this.counts.staleAnswers += 1;
    return value;
  }

  /** What would have the tag is not stored, and not joined any longer. */
  invalidateTag(tag: string): void {
    for (const [{ key, policy }] of this.#underWay.entries()) {
      if (policy.tags.includes(tag)) this.#parts.leases.kill(key);
    }
  }

  /** Nobody gets anything but the error any longer, until `reopen`. */
  end(error: CacheError): void {
    this.#end = error;
    for (const [flight] of [...this.#underWay.entries()]) {
      this.#forget(flight);
      flight.isAbandoned = true;
      this.#parts.leases.kill(flight.key);
      flight.interest.abort(error);
      this.#parts.giveBack(flight);
      flight.fail(error);
    }
  }

  reopen(): void {
    this.#end = undefined;
  }

  /** @throws what ended them */
  checkOpen(): void {
    if (this.#end !== undefined) throw this.#end;
  }

  #takeOff(miss: MissedKey, interest: LoadInterest, policy: LoadPolicy): Flight<V> {
    const { key } = miss;
    const leased = new LeasedKey(miss, miss.lease ?? this.#parts.leases.grant(key));
    const flight = new Flight<V>(leased, interest, policy);
    this.#flights.set(key, flight);
    this.#underWay.set(flight, true);
    return flight;
  }

  async #carryOut(first: Flight<V>, others: readonly Flight<V>[], load: Load<V>): Promise<void> {
    this.counts.loads += 1;
    let loaded: Loaded<V>;
    try {
      loaded = await load(first.interest);
    } catch (error) {
      this.counts.failures += 1;
      this.#failed(first, error);
      for (const flight of others) this.#failed(flight, error);
      return;
    }
    this.#landed(first, loaded);
    for (const flight of others) this.#landed(flight, loaded);
  }

  #landed(flight: Flight<V>, loaded: Loaded<V>): void {
    const value = loaded.valueOf(flight.key);
    if (value === undefined) {
      this.#giveBack(flight);
      this.#settle(flight, LEFT_OUT);
      return;
    }
    if (!this.#parts.leases.redeem(flight.key, flight.lease)) {
      this.counts.overtaken += 1;
      this.#settle(flight, value);
      return;
    }
    const stored = this.#store(flight, value, loaded.ttl);
    if (stored instanceof Promise) void stored.then(() => this.#settle(flight, value));
    else this.#settle(flight, value);
  }

  /** A cache that cannot store is no reason to withhold what was loaded: it never throws. */
  #store(flight: Flight<V>, value: V, ttl: number | undefined): Awaitable<void> {
    const counted = (what: 'overtaken' | 'unstored'): void => {
      this.counts[what] += 1;
    };
    try {
      const stored = this.#parts.store(flight, value, ttl);
      if (stored === false) counted('overtaken');
      if (!(stored instanceof Promise)) return;
      return stored.then(
        (isStored) => (isStored ? undefined : counted('overtaken')),
        () => counted('unstored'),
      );
    } catch {
      counted('unstored');
    }
  }

  #settle(flight: Flight<V>, outcome: Outcome<V>): void {
    this.#forget(flight);
    flight.land(outcome);
  }

  #failed(flight: Flight<V>, error: unknown): void {
    this.#forget(flight);
    this.#remember(flight, error);
    this.#giveBack(flight);
    flight.fail(error);
  }

  #giveBack(flight: Flight<V>): void {
    this.#parts.leases.release(flight.key, flight.lease);
    this.#parts.giveBack(flight);
  }

  /** A failure says nothing of a key that was written since, and nothing new where nobody waited. */
  #remember(flight: Flight<V>, error: unknown): void {
    const { failures, leases } = this.#parts;
    if (flight.isAbandoned || !leases.holds(flight.key, flight.lease)) return;
    failures.add(flight.key, error, flight.policy);
  }

  #abandoned(flights: readonly Flight<V>[], reason: unknown): void {
    const [first] = flights;
    // A load that does not look at its signal can be joined again; but not one that takes too long.
    if (first === undefined || (!isTimeout(reason) && !first.interest.isWatched)) return;
    for (const flight of flights) {
      if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
      if (isTimeout(reason)) this.#remember(flight, reason);
      flight.isAbandoned = true;
    }
    first.interest.abort(reason);
  }

  #forget(flight: Flight<V>): void {
    this.#underWay.delete(flight);
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
  }
}

/** One list for all loads of one key: see ADR 15. */
const NO_OTHERS: readonly never[] = [];

/** Whether who asks waits for as long as it takes, and takes nothing else. */
function isPatient({ grace, softTimeout, hardTimeout, signal }: LoadPolicy): boolean {
  return (
    grace === 0 && softTimeout === undefined && hardTimeout === undefined && signal === undefined
  );
}

function isTimeout(error: unknown): boolean {
  return error instanceof CacheError && error.code === 'LOAD_TIMEOUT';
}
