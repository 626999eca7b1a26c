import type { Lifetime } from '../lifetime.js';

/** A load that was stored. */
export interface LoadedEntry extends Lifetime {
  /** Milliseconds. */
  readonly grace: number;
  readonly tags: readonly string[];
}
