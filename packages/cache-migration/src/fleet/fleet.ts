import type { SideName, Step } from '../stages/stage.js';

/**
 * What the fleet says of a side that several processes share.
 *
 * - `warm`: it is read as the stage says.
 * - `declared`: a process distrusts it. Nobody who knows reads it; somebody may not know yet.
 * - `cold`: every process has acknowledged that. Writes of it need not be confirmed.
 * - `confirming`: still not read, but its writes must be confirmed again. Once every process has
 *   acknowledged that, the side is emptied, and is `warm` in the next epoch.
 *
 * Next is not warm from `off` until it was emptied after every process acknowledged `dualwrite`;
 * legacy likewise from `complete`, after every process acknowledged `rampdown`.
 */
export type Warmth = 'warm' | 'declared' | 'cold' | 'confirming';

/** The one state of a fleet. Every change of any part is a new epoch. */
export interface FleetState extends Step {
  /** Larger in every later state. */
  readonly epoch: number;
  readonly cold: Readonly<Record<SideName, Warmth>>;
}

/** What a fleet tells and asks one of its processes. */
export interface FleetMember {
  /** The state has changed, or is said again. What is not newer than what is known already is ignored. */
  announce(state: FleetState): void;
  /**
   * Empties a side that is `confirming`, on behalf of all, after everybody acknowledged that. False
   * where it was not confirmed: ask again, or somebody else.
   */
  empty(side: SideName): Promise<boolean>;
}

/**
 * The fleet as one process sees it: a store that holds one state for all processes, and a controller
 * that takes a step only when every live process has acknowledged the last (the two-version rule of
 * "Online, Asynchronous Schema Change in F1", VLDB 2013).
 */
export interface Fleet {
  /**
   * Becomes a member, at the start and again after the membership has run out; resolves with the state
   * that holds. Rejects where the store does not answer. A process whose membership ran out has missed
   * whatever was announced since.
   */
  join(member: FleetMember): Promise<FleetState>;

  /**
   * Until when this process is a member, in milliseconds of `Clock.monotonic()` of the same clock,
   * counted from *sending* what renewed it. Once it has passed it stays where it is until `join`.
   */
  readonly memberUntil: number;

  /**
   * The operations of epochs before this one have ended here; in `live 0 %`, no key is dirty on next
   * either, so that the percentage may rise. Said once: a fleet that could not pass it on says it again.
   */
  acknowledge(epoch: number): void;

  /**
   * Makes the state say that the side is `declared`, by compare-and-set on the epoch, tried again on
   * what came in between; resolves with a state that says `declared` or `cold`. Rejects where the store
   * does not answer. A process whose membership ran out may still do this.
   */
  declareCold(side: SideName, epoch: number): Promise<FleetState>;

  /** Ends the membership cleanly: nothing that this process began is left. */
  leave(): Promise<void>;
}
