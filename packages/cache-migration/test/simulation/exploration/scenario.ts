import type { SideName } from '../../../src/index.js';
import type { Fault } from '../calls.js';
import type { Operation } from '../operation.js';
import type { Move } from '../router.js';

/** What may go wrong. */
export interface FaultPlan {
  readonly sides: readonly SideName[];
  readonly kinds: readonly Fault[];
  /** At most so many calls go wrong. */
  readonly budget: number;
}

/** An entry that a side loses. */
interface Eviction {
  readonly side: SideName;
  readonly key: string;
}

/**
 * What comes next where nobody interferes. `oldest first`: the calls in their order, and operations
 * when no call is left. `newest first`: operations as soon as they can begin, and then the last call;
 * what nobody waits for is left lying.
 */
type Pace = 'oldest first' | 'newest first';

/** Something that is done before the exploration begins, one after the other, each to its end. */
export type Preparation = Move | Operation | Eviction;

/**
 * A small program and what may happen around it. What stands in a list may happen at any point, in
 * the order of the list, and need not happen at all; only the clients finish.
 */
export interface Scenario {
  readonly name: string;
  readonly preparations: readonly Preparation[];
  /** What each client does, one operation after the other. */
  readonly clients: readonly (readonly Operation[])[];
  readonly moves: readonly Move[];
  /** Time that passes, in milliseconds. */
  readonly advances: readonly number[];
  readonly evictions: readonly Eviction[];
  readonly faults: FaultPlan;
  /** What the scheduler prefers. */
  readonly pace: Pace;
  /** Read at the end. */
  readonly keys: readonly string[];
}
