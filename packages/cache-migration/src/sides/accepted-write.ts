import type { Call } from './calls.js';
import type { Outcome } from './outcome.js';

/** How a write is sent to a side. */
export interface WriteOptions {
  /** As that of a call, from when the write is due. */
  readonly limitMs: Call<unknown>['limitMs'];
  /** What the write is due after; it is not sent where this resolves with false. */
  readonly after?: Promise<boolean>;
  /** The caller goes on without this side, which does not answer until it has confirmed the write. */
  readonly isBackground?: true;
  /** The call was made before, by somebody who met nobody. */
  readonly isMade?: true;
  /** Asked where this side is unchanged: whether the other one is as well, so that nothing was written. */
  readonly isVoid?: () => Promise<boolean>;
}

/** A write that was accepted. */
export interface AcceptedWrite<T> {
  /** How it went, as soon as that is known. */
  readonly known: Promise<Outcome<T>>;
  /** The same, when the side has drawn its conclusions. */
  readonly concluded: Promise<Outcome<T>>;
}
