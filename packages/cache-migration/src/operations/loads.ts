import { assertValue, type Lease } from '@resync/cache-contract';
import type { Leases } from '../keys/leases.js';

/** What a loader is told. */
export interface LoadContext {
  readonly key: string;
}

/** Loads a value that no cache has. */
export type Loader<V> = (context: LoadContext) => V | Promise<V>;

/** One load, as it is carried out. */
export interface Load<V> {
  readonly key: string;
  /** The epoch of the read that missed. */
  readonly epoch: number;
  readonly loader: Loader<V>;
  /** Stores what was loaded. */
  readonly store: (value: V) => Promise<void>;
}

interface Flight<V> {
  readonly lease: Lease;
  readonly value: Promise<V>;
}

/**
 * The loads under way: one for each key, joined only by reads that no write of the key came before,
 * and stored only if no write came in between.
 */
export class Loads<V> {
  readonly #leases: Leases;
  readonly #flights = new Map<string, Flight<V>>();

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  /** The value of the load that is under way, or of a new one. Rejects as the loader does. */
  run(load: Load<V>): Promise<V> {
    const { key } = load;
    const flight = this.#flights.get(key);
    if (flight !== undefined && this.#leases.holds(key, flight.lease)) return flight.value;
    const lease = this.#leases.grant(key, load.epoch);
    const value = this.#load(load, lease);
    if (lease !== undefined) this.#remember(key, { lease, value });
    return value;
  }

  async #load({ key, loader, store }: Load<V>, lease: Lease | undefined): Promise<V> {
    let value: V;
    try {
      value = await loader({ key });
      assertValue(value);
    } catch (error) {
      if (lease !== undefined) this.#leases.release(key, lease);
      throw error;
    }
    if (lease !== undefined && this.#leases.redeem(key, lease)) {
      // A cache that cannot store is no reason to withhold what was loaded; its side has reported it.
      await store(value).catch(() => undefined);
    }
    return value;
  }

  #remember(key: string, flight: Flight<V>): void {
    this.#flights.set(key, flight);
    const forget = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.value.then(forget, forget);
  }
}
