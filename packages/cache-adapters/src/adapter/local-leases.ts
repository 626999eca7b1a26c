import type { Lease } from '@resync/cache-contract';

/** The most keys that can be leased at a time; the oldest leases are lost to newer ones. */
const MAX_LEASED_KEYS = 10_000;

/**
 * Leases of entries that live in this process. They hold against everything that is written through
 * the adapter that keeps them, and know nothing of what is written past it.
 */
export class LocalLeases {
  readonly #byKey = new Map<string, Set<Lease>>();
  #granted = 0;

  grant(key: string): Lease {
    this.#granted += 1;
    const lease = `lease ${this.#granted}` as Lease;
    const leases = this.#byKey.get(key);
    if (leases === undefined) this.#byKey.set(key, new Set([lease]));
    else leases.add(lease);
    if (this.#byKey.size > MAX_LEASED_KEYS) {
      for (const oldest of this.#byKey.keys()) {
        this.lose(oldest);
        break;
      }
    }
    return lease;
  }

  /** Gives one back that is not needed. */
  revoke(key: string, lease: Lease): void {
    const leases = this.#byKey.get(key);
    leases?.delete(lease);
    if (leases?.size === 0) this.#byKey.delete(key);
  }

  /** Uses a lease up; false where it was lost. With it go all others of the key. */
  use(key: string, lease: Lease): boolean {
    const isHeld = this.#byKey.get(key)?.has(lease) === true;
    if (isHeld) this.lose(key);
    return isHeld;
  }

  /** A write of the key. */
  lose(key: string): void {
    this.#byKey.delete(key);
  }

  /** A write of everything. */
  loseAll(): void {
    this.#byKey.clear();
  }
}
