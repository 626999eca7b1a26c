import type { Lease } from '@resync/cache-contract';

/**
 * The leases that were granted and not used: at most so many, of which the oldest is given up first.
 * Tokens are never reused, so a lease that is not found is one that was lost.
 */
export class Leases {
  readonly #keyOf = new Map<Lease, string>();
  readonly #ofKey = new Map<string, Set<Lease>>();
  readonly #bound: number;
  readonly #isBeingWritten: (key: string) => boolean;
  #granted = 0;
  #epoch = 0;

  constructor(bound: number, isBeingWritten: (key: string) => boolean) {
    this.#bound = bound;
    this.#isBeingWritten = isBeingWritten;
  }

  /** None is granted while a write of the key is under way, or to an operation of an earlier epoch. */
  grant(key: string, epoch: number): Lease | undefined {
    if (epoch !== this.#epoch || this.#isBeingWritten(key)) return undefined;
    this.#granted += 1;
    const lease = `${this.#granted}.${key}` as Lease;
    this.#keyOf.set(lease, key);
    const ofKey = this.#ofKey.get(key);
    if (ofKey === undefined) this.#ofKey.set(key, new Set([lease]));
    else ofKey.add(lease);
    if (this.#keyOf.size > this.#bound) this.#giveUpOldest();
    return lease;
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
    const ofKey = this.#ofKey.get(key);
    ofKey?.delete(lease);
    if (ofKey?.size === 0) this.#ofKey.delete(key);
  }

  /** A write of the key was accepted, or has ended. */
  kill(key: string): void {
    const ofKey = this.#ofKey.get(key);
    if (ofKey === undefined) return;
    for (const lease of ofKey) this.#keyOf.delete(lease);
    this.#ofKey.delete(key);
  }

  /** A clear was accepted, or has ended. */
  killAll(): void {
    this.#keyOf.clear();
    this.#ofKey.clear();
  }

  /** No lease of an earlier epoch holds any longer. */
  beginEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.killAll();
  }

  #giveUpOldest(): void {
    for (const [lease, key] of this.#keyOf) {
      this.release(key, lease);
      return;
    }
  }
}
