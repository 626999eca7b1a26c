import type { Lease } from '@resync/cache-contract';

/** What leases need to know, and to tell. */
interface LeaseSettings {
  readonly isBeingWritten: (key: string) => boolean;
  /** The oldest lease was given up for a new one. */
  readonly onBound: () => void;
}

/**
 * The leases that were granted and not used: at most so many, of which the oldest is given up first.
 * Tokens are never reused, so a lease that is not found is one that was lost.
 */
export class Leases {
  readonly #keyOf = new Map<Lease, string>();
  // Kept beside the map, whose size takes longer to ask for.
  #isEmpty = true;
  readonly #ofKey = new Map<string, Set<Lease>>();
  readonly #bound: number;
  readonly #settings: LeaseSettings;
  #granted = 0;
  #epoch = 0;

  constructor(bound: number, settings: LeaseSettings) {
    this.#bound = bound;
    this.#settings = settings;
  }

  /** None is granted while a write of the key is under way, or to an operation of an earlier epoch. */
  grant(key: string, epoch: number): Lease | undefined {
    if (epoch !== this.#epoch || this.#settings.isBeingWritten(key)) return undefined;
    return this.#add(key);
  }

  /** For who has just sent a write of the key: it is lost to any other one, and to a change of epoch. */
  watch(key: string): Lease {
    return this.#add(key);
  }

  holds(key: string, lease: Lease): boolean {
    return this.#keyOf.get(lease) === key;
  }

  /** Uses the lease up, and with it every other one of the key. */
  redeem(key: string, lease: Lease): boolean {
    if (!this.holds(key, lease)) return false;
    this.kill(key);
    return true;
  }

  /** Gives one lease back unused. */
  release(key: string, lease: Lease): void {
    if (!this.holds(key, lease)) return;
    this.#keyOf.delete(lease);
    this.#isEmpty = this.#keyOf.size === 0;
    const ofKey = this.#ofKey.get(key);
    ofKey?.delete(lease);
    if (ofKey?.size === 0) this.#ofKey.delete(key);
  }

  /** A write of the key was accepted, or has ended. */
  kill(key: string): void {
    if (this.#isEmpty) return;
    const ofKey = this.#ofKey.get(key);
    if (ofKey === undefined) return;
    for (const lease of ofKey) this.#keyOf.delete(lease);
    this.#isEmpty = this.#keyOf.size === 0;
    this.#ofKey.delete(key);
  }

  /** A clear was accepted, or has ended. */
  killAll(): void {
    this.#keyOf.clear();
    this.#isEmpty = true;
    this.#ofKey.clear();
  }

  /** No lease of an earlier epoch holds any longer. */
  beginEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.killAll();
  }

  #add(key: string): Lease {
    this.#granted += 1;
    const lease = `${this.#granted}` as Lease;
    this.#keyOf.set(lease, key);
    this.#isEmpty = false;
    const ofKey = this.#ofKey.get(key);
    if (ofKey === undefined) this.#ofKey.set(key, new Set([lease]));
    else ofKey.add(lease);
    if (this.#keyOf.size > this.#bound) this.#giveUpOldest();
    return lease;
  }

  #giveUpOldest(): void {
    this.#settings.onBound();
    for (const [lease, key] of this.#keyOf) {
      this.release(key, lease);
      return;
    }
  }
}
