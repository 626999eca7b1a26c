import type { Hit, Lease } from '@resync/cache-contract';
import type { Fills } from './fills.js';
import type { Epoch } from '../stages/epoch.js';
import type { Leases } from '../keys/leases.js';
import type { GuardedObserver } from '../observation/migration-observer.js';

/** What a back-fill is told. */
export interface BackfillSettings {
  readonly leases: Leases;
  readonly observer: GuardedObserver;
  /** Fills that may be under way at once. */
  readonly bound: number;
}

/** Puts into next what a reader found in legacy alone. */
export class Backfill<V> {
  readonly #fills: Fills<V>;
  readonly #settings: BackfillSettings;
  readonly #keepsExpiry: boolean;
  #underWay = 0;

  constructor(fills: Fills<V>, settings: BackfillSettings) {
    this.#fills = fills;
    this.#settings = settings;
    this.#keepsExpiry = fills.isExpiryKept;
  }

  /** Take it before legacy is read; without one there is no fill. Fill with it, or give it back. */
  leaseFor(key: string, epoch: Epoch): Lease | undefined {
    if (!this.#keepsExpiry || this.#underWay >= this.#settings.bound) return undefined;
    return this.#settings.leases.grant(key, epoch.number);
  }

  /** There is nothing to fill. */
  giveBack(key: string, lease: Lease): void {
    this.#settings.leases.release(key, lease);
  }

  /** Fills in the background. */
  fill(key: string, found: Hit<V>, lease: Lease): void {
    this.#underWay += 1;
    void this.#fills.fill(key, found, lease).then((outcome) => {
      this.#underWay -= 1;
      if (outcome === 'filled') this.#settings.observer.backfilled();
    });
  }
}
