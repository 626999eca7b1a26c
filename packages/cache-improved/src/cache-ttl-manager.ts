import { CacheError, describeValue, MAX_TTL, type Clock, type Timer } from '@resync/cache-contract';
import { interval } from './cache-options.js';
import { lifetimeFrom, type Lifetime } from './lifetime.js';
import { systemRandom } from './system-random.js';

/** Options of {@link CacheTTLManager}. */
export interface CacheTTLManagerOptions {
  /** Milliseconds, or `Infinity`. */
  readonly defaultTtl: number;
  /** Milliseconds between two clean-ups. */
  readonly cleanupInterval: number;
  readonly clock: Clock;
  /**
   * Removes about so many of what is expired, and tells whether there may be more; left out where the
   * storage expires by itself, and nothing is scheduled then.
   */
  readonly removeExpired?: (most: number) => boolean | undefined;
  /**
   * By which share of itself a lifetime may be shortened, 0 to 1, so that what was written together does
   * not end together. Default 0.
   */
  readonly jitter?: number;
  /** 0 up to 1, for the jitter. Default: the machine's. */
  readonly random?: () => number;
}

/** How many entries are removed before others may run again: about a millisecond's work. */
const AT_ONCE = 1000;
/** Milliseconds until the next are removed. */
const PAUSE = 1;

/** Decides how long entries live, and has the expired ones removed that nobody reads, a few at a time. */
export class CacheTTLManager {
  readonly defaultTtl: number;
  readonly #cleanupInterval: number;
  readonly #clock: Clock;
  readonly #removeExpired: CacheTTLManagerOptions['removeExpired'];
  readonly #jitter: number;
  readonly #random: () => number;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: CacheTTLManagerOptions) {
    this.#clock = options.clock;
    this.defaultTtl = lifetimeFrom(0, options.defaultTtl).ttl;
    this.#cleanupInterval = Math.min(interval('cleanupInterval', options.cleanupInterval), MAX_TTL);
    this.#removeExpired = options.removeExpired;
    this.#jitter = share('jitter', options.jitter ?? 0);
    this.#random = options.random ?? systemRandom;
  }

  /**
   * The lifetime of an entry that is written now; the default where no ttl is given.
   *
   * @throws CacheError `INVALID_TTL`
   */
  lifetime(ttl: number = this.defaultTtl): Lifetime {
    const lifetime = lifetimeFrom(this.#clock.now(), ttl);
    if (this.#jitter === 0 || lifetime.ttl === Infinity || lifetime.ttl === 0) return lifetime;
    const shorter = lifetime.ttl * (1 - this.#jitter * this.#random());
    return lifetimeFrom(lifetime.expiresAt - lifetime.ttl, Math.max(1, shorter));
  }

  /** Starts the clean-ups, also after a stop; does nothing where they run already. */
  start(): void {
    this.#isStopped = false;
    this.startUnlessStopped();
  }

  /** As `start`, for a write that may end only after the stop. */
  startUnlessStopped(): void {
    if (this.#timer !== undefined || this.#isStopped || this.#removeExpired === undefined) return;
    this.#schedule(this.#cleanupInterval);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(delay: number): void {
    this.#timer = this.#clock.schedule(() => {
      this.#timer = undefined;
      const isMore = this.#removeExpired?.(AT_ONCE) ?? false;
      this.#schedule(isMore ? PAUSE : this.#cleanupInterval);
    }, delay);
  }
}

function share(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new CacheError(
    'INVALID_OPTION',
    `expected ${name} from 0 to 1, a share; got ${describeValue(value)}`,
  );
}
