import type { Clock, Hit, Lease } from '@resync/cache-contract';
import type { Epoch } from '../stages/epoch.js';
import type { Leases } from '../keys/leases.js';
import type { GuardedObserver } from '../observation/migration-observer.js';
import type { Sides } from '../sides/sides.js';

/** What a back-fill is told. */
export interface BackfillSettings {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly observer: GuardedObserver;
  /** Milliseconds that next may take. */
  readonly limitMs: number;
  /** Fills that may be under way at once. */
  readonly bound: number;
}

/**
 * Puts into next what only legacy had: under a lease that was taken before legacy was read, with the
 * lifetime that is left.
 */
export class Backfill<V> {
  readonly #sides: Sides<V>;
  readonly #settings: BackfillSettings;
  readonly #keepsExpiry: boolean;
  #underWay = 0;

  constructor(sides: Sides<V>, settings: BackfillSettings) {
    this.#sides = sides;
    this.#settings = settings;
    // What slides in legacy would end early in a next that does not.
    this.#keepsExpiry =
      sides.legacy.cache.capabilities.expiry === 'absolute' ||
      sides.next.cache.capabilities.expiry === 'sliding';
  }

  /** Take it before legacy is read; without one there is no fill. */
  leaseFor(key: string, epoch: Epoch): Lease | undefined {
    if (!this.#keepsExpiry || this.#underWay >= this.#settings.bound) return undefined;
    return this.#settings.leases.grant(key, epoch.number);
  }

  /** Fills in the background, if the lease still holds. An entry whose end is unknown is not filled. */
  fill(key: string, { value, expiresAt }: Hit<V>, lease: Lease): void {
    const { leases, clock, limitMs } = this.#settings;
    if (expiresAt === undefined || !leases.redeem(key, lease)) return;
    this.#underWay += 1;
    // Legacy holds the value already: where next does not take it, nothing has changed.
    const options = { limitMs, isVoid: async () => true };
    const filled = this.#sides.next.write(key, options, async (cache) => {
      const ttl = expiresAt - clock.now();
      if (ttl > 0) await cache.set(key, value, { ttl });
    });
    void filled.concluded.then(({ kind }) => {
      this.#underWay -= 1;
      if (kind === 'answered') this.#settings.observer.backfilled();
    });
  }
}
