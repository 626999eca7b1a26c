import type { Lease } from '@resync/cache-contract';
import type { LoadInterest } from './load-interest.js';
import type { LoadPolicy } from './load-options.js';
import type { LeasedKey } from './missed-key.js';

/** The outcome of a load of several keys for one that its factory left out. */
export const LEFT_OUT: unique symbol = Symbol('left out');

/** What a load has for one key. */
export type Outcome<V> = V | typeof LEFT_OUT;

/** The load of one key that is under way. */
export class Flight<V> {
  readonly key: string;
  /** The lease of the storage, where it grants them. */
  readonly fillLease: Lease | undefined;
  /** Lost to any write of the key: then nobody joins the flight, and its value is not stored. */
  readonly lease: number;
  readonly interest: LoadInterest;
  /** The options of the call that began it. */
  readonly policy: LoadPolicy;
  /** Nobody waits any longer; it may land all the same, and be stored. */
  isAbandoned = false;
  /** From its beginning on somebody waits for it, who hears of a failure. */
  readonly outcome: Promise<Outcome<V>>;
  #land: (outcome: Outcome<V>) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(missed: LeasedKey, interest: LoadInterest, policy: LoadPolicy) {
    this.key = missed.key;
    this.lease = missed.lease;
    this.fillLease = missed.fillLease;
    this.interest = interest;
    this.policy = policy;
    this.outcome = new Promise((resolve, reject) => {
      this.#land = resolve;
      this.#fail = reject;
    });
  }

  land(outcome: Outcome<V>): void {
    this.#land(outcome);
  }

  /** Does nothing where it has landed. */
  fail(error: unknown): void {
    this.#fail(error);
  }
}
