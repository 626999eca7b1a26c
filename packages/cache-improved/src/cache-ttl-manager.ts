import { MAX_TTL, type Clock, type Timer } from '@resync/cache-contract';
import { interval } from './cache-options.js';
import { lifetimeFrom, type Lifetime } from './lifetime.js';

/** Options of {@link CacheTTLManager}. */
export interface CacheTTLManagerOptions {
  /** Milliseconds, or `Infinity`. */
  readonly defaultTtl: number;
  /** Milliseconds between two clean-ups. */
  readonly cleanupInterval: number;
  readonly clock: Clock;
  /** Removes what is expired; left out where the storage expires by itself, and nothing is scheduled then. */
  readonly removeExpired?: () => void;
}

/** Decides how long entries live, and has the expired ones removed that nobody reads. */
export class CacheTTLManager {
  readonly defaultTtl: number;
  readonly #cleanupInterval: number;
  readonly #clock: Clock;
  readonly #removeExpired: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(options: CacheTTLManagerOptions) {
    this.#clock = options.clock;
    this.defaultTtl = lifetimeFrom(0, options.defaultTtl).ttl;
    this.#cleanupInterval = Math.min(interval('cleanupInterval', options.cleanupInterval), MAX_TTL);
    this.#removeExpired = options.removeExpired;
  }

  /**
   * The lifetime of an entry that is written now; the default where no ttl is given.
   *
   * @throws CacheError `INVALID_TTL`
   */
  lifetime(ttl: number = this.defaultTtl): Lifetime {
    return lifetimeFrom(this.#clock.now(), ttl);
  }

  /** The lifetime of an entry that ends at that moment; the default from now where none is given. */
  lifetimeUntil(expiresAt: number | undefined): Lifetime {
    if (expiresAt === undefined) return this.lifetime();
    return lifetimeFrom(this.#clock.now(), Math.max(0, expiresAt - this.#clock.now()));
  }

  /** Starts the clean-ups; does nothing where they run already. */
  start(): void {
    if (this.#timer !== undefined || this.#removeExpired === undefined) return;
    this.#timer = this.#clock.schedule(() => {
      this.#timer = undefined;
      this.#removeExpired?.();
      this.start();
    }, this.#cleanupInterval);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
