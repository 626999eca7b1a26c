import type { Lease } from '@resync/cache-contract';
import { SmallMap } from '../small-map.js';

class Granted {
  /** The number of the first lease of the key that holds; all later ones hold too. */
  readonly since: number;
  /** How many were not given back. */
  out = 1;

  constructor(since: number) {
    this.since = since;
  }
}

/** At most so many keys have leases; the one that was leased longest ago loses its own first. */
const MAX_LEASED_KEYS = 100_000;

/**
 * The leases of a cache whose writes all go through this process. All leases of a key end together:
 * with a write of the key, or when one of them is used. So a key needs the number of its first lease
 * only, however many were granted. Numbers are 1 and more.
 */
export class LocalLeases {
  readonly #ofKey = new SmallMap<string, Granted>();
  #granted = 0;

  /** Numbers are never used twice, so a lease that was lost stays lost. */
  grant(key: string): number {
    this.#granted += 1;
    const granted = this.#ofKey.get(key);
    if (granted === undefined) this.#begin(key);
    else granted.out += 1;
    return this.#granted;
  }

  holds(key: string, lease: number): boolean {
    const granted = this.#ofKey.get(key);
    return granted !== undefined && lease >= granted.since && lease <= this.#granted;
  }

  /** A lease in the form that callers get. */
  issue(key: string): Lease {
    return leaseOf(this.grant(key), key);
  }

  /** Whether a lease that a caller brings is one of the key, and holds. */
  honours(key: string, lease: Lease): boolean {
    const number = Number.parseInt(lease, 10);
    return lease === leaseOf(number, key) && this.holds(key, number);
  }

  /** Uses the lease up, and with it every other one of the key; false when it was lost. */
  redeem(key: string, lease: number): boolean {
    if (!this.holds(key, lease)) return false;
    this.kill(key);
    return true;
  }

  /** Gives one back unused, by whoever was granted it and once. */
  release(key: string, lease: number): void {
    const granted = this.#ofKey.get(key);
    if (granted === undefined || !this.holds(key, lease)) return;
    granted.out -= 1;
    if (granted.out === 0) this.kill(key);
  }

  /** The key was written. */
  kill(key: string): void {
    this.#ofKey.delete(key);
  }

  /** The cache was cleared. */
  killAll(): void {
    this.#ofKey.clear();
  }

  #begin(key: string): void {
    this.#ofKey.set(key, new Granted(this.#granted));
    if (this.#ofKey.size <= MAX_LEASED_KEYS) return;
    for (const [oldest] of this.#ofKey.entries()) {
      this.#ofKey.delete(oldest);
      return;
    }
  }
}

function leaseOf(number: number, key: string): Lease {
  return `${number}.${key}` as Lease;
}
