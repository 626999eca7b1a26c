import type { Lookup } from '@resync/cache-contract';
import type { Stage } from '../stages/stage.js';

/**
 * How two answers differ. `value`: in their values. `absent`: next lacks what legacy has. `expiry`:
 * next has what legacy has no longer, or ends it at another time. `error`: one side gave no answer,
 * or the values could not be compared.
 */
export type Difference = 'value' | 'absent' | 'expiry' | 'error';

/** Two answers that differ. Values are the stored ones: look, and change nothing. */
export interface Comparison<V> {
  readonly key: string;
  readonly verdict: Difference;
  /** `undefined`: the side did not answer. */
  readonly legacy: Lookup<V> | undefined;
  readonly next: Lookup<V> | undefined;
}

/** A difference that was there twice, with no write in between; fit to be logged and kept. */
export interface Mismatch {
  /** What stands for the key, never the key itself unless `shadow.redactKey` gives it. */
  readonly key: string;
  readonly verdict: Difference;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stage: Stage;
  readonly epoch: number;
  /** What legacy answered, in words: type and size of the value, or what `shadow.redact` says of it. */
  readonly legacy: string;
  readonly next: string;
}
