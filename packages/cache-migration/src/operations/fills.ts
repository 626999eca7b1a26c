import type { Clock, Hit, Lease } from '@resync/cache-contract';
import type { Leases } from '../keys/leases.js';
import type { Sides } from '../sides/sides.js';

/** What fills are told. */
export interface FillSettings {
  readonly leases: Leases;
  readonly clock: Clock;
  /** Milliseconds that next may take. */
  readonly limitMs: number;
}

/** `dropped`: it was not sent, because its lease was lost, or there is nothing that may be filled. */
export type FillOutcome = 'filled' | 'dropped' | 'failed';

/**
 * Puts into next what legacy holds: under a lease that was taken before legacy was read, with the
 * lifetime that is left.
 */
export class Fills<V> {
  readonly #sides: Sides<V>;
  readonly #settings: FillSettings;

  constructor(sides: Sides<V>, settings: FillSettings) {
    this.#sides = sides;
    this.#settings = settings;
  }

  /** What slides in legacy would end early in a next that does not. */
  get isExpiryKept(): boolean {
    const { legacy, next } = this.#sides;
    return (
      legacy.cache.capabilities.expiry === 'absolute' ||
      next.cache.capabilities.expiry === 'sliding'
    );
  }

  /**
   * Fills if the lease still holds and next may answer for the key; not with what has an unknown end,
   * or nothing left of its lifetime. The lease is used up, or given back. Never rejects.
   */
  async fill(key: string, { value, expiresAt }: Hit<V>, lease: Lease): Promise<FillOutcome> {
    const { leases, clock, limitMs } = this.#settings;
    const { next } = this.#sides;
    if (expiresAt === undefined || expiresAt <= clock.now()) return this.#drop(key, lease);
    if (next.trustFor(key) !== 'trusted' || !leases.redeem(key, lease)) {
      return this.#drop(key, lease);
    }
    // Legacy holds the value already: where next does not take it, nothing has changed.
    const options = { limitMs, isVoid: async () => true };
    const filled = next.write(key, options, async (cache) => {
      const ttl = expiresAt - clock.now();
      if (ttl > 0) await cache.set(key, value, { ttl });
    });
    const { kind } = await filled.concluded;
    return kind === 'answered' ? 'filled' : 'failed';
  }

  #drop(key: string, lease: Lease): FillOutcome {
    this.#settings.leases.release(key, lease);
    return 'dropped';
  }
}
