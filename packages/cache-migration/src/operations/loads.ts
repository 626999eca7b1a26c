import { assertValue, type Clock, type Lease } from '@resync/cache-contract';
import type { Leases } from '../keys/leases.js';
import { deadlineOf, type Lifetime, type Setting } from './lifetime.js';

/** What a loader is told. */
export interface LoadContext {
  readonly key: string;
}

/** Loads a value that no cache has. */
export type Loader<V> = (context: LoadContext) => V | Promise<V>;

/** What loads need. */
export interface LoadsSettings<V> {
  readonly leases: Leases;
  readonly clock: Clock;
  /** Stores what was loaded, as a write that is accepted at once. */
  readonly store: (setting: Setting<V>) => Promise<void>;
}

/** One load, as it is carried out. */
export interface Load<V> {
  readonly key: string;
  /** The epoch of the read that missed. */
  readonly epoch: number;
  readonly loader: Loader<V>;
  /** That of what is loaded, from when it is stored. */
  readonly lifetime: Lifetime;
}

interface Flight<V> {
  /** Lost to any write of the key but the flight's own. */
  lease: Lease;
  /** What those get who join. */
  value: Promise<V>;
  /** Until when what was loaded lives, in milliseconds since the epoch. */
  deadline: number;
}

/**
 * The loads under way: one for each key, joined only by reads that no write of the key came before,
 * and stored only if no write came in between. Those who miss while it is being stored join as well.
 */
export class Loads<V> {
  readonly #settings: LoadsSettings<V>;
  readonly #leases: Leases;
  readonly #flights = new Map<string, Flight<V>>();

  constructor(settings: LoadsSettings<V>) {
    this.#settings = settings;
    this.#leases = settings.leases;
  }

  /** The value of the load that is under way, or of a new one. Rejects as the loader does. */
  run(load: Load<V>): Promise<V> {
    const { key } = load;
    const flight = this.#flights.get(key);
    if (flight !== undefined && this.#leases.holds(key, flight.lease) && this.#isAlive(flight)) {
      return flight.value;
    }
    const lease = this.#leases.grant(key, load.epoch);
    const loaded = this.#load(load);
    return lease === undefined ? loaded : this.#fly(load, { lease, value: loaded });
  }

  async #load({ key, loader }: Load<V>): Promise<V> {
    const value = await loader({ key });
    assertValue(value);
    return value;
  }

  #isAlive({ deadline }: Flight<V>): boolean {
    return deadline === Infinity || this.#settings.clock.now() < deadline;
  }

  #fly(load: Load<V>, loaded: Pick<Flight<V>, 'lease' | 'value'>): Promise<V> {
    const flight: Flight<V> = { ...loaded, deadline: Infinity };
    const stored = this.#store(load, flight);
    // Up to the store, all get the value when it is there for the next read.
    flight.value = stored;
    this.#flights.set(load.key, flight);
    return stored;
  }

  async #store({ key, lifetime }: Load<V>, flight: Flight<V>): Promise<V> {
    const { value: loaded } = flight;
    const { clock, store } = this.#settings;
    try {
      const value = await loaded;
      if (!this.#leases.redeem(key, flight.lease)) return value;
      const stored = store({ key, value, lifetime });
      flight.lease = this.#leases.watch(key);
      flight.value = loaded;
      flight.deadline = deadlineOf(lifetime, clock);
      // A cache that cannot store is no reason to withhold what was loaded; its side has reported it.
      await stored.catch(() => undefined);
      return value;
    } finally {
      this.#leases.release(key, flight.lease);
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    }
  }
}
