import type { FleetState, SideName, Stage, Warmth } from '@resync/cache-migration';

/** Who asks for something, and why; kept beside what was asked for. */
export interface Reason {
  readonly why: string;
  readonly by: string;
}

/** Where a fleet is to go. It stays the target when it was reached. */
export interface FleetTarget extends Reason {
  readonly stage: Stage;
  readonly percentage: number;
  /** From `complete`, go back to an emptied legacy. */
  readonly cold?: true;
  /** One more with every target. */
  readonly number?: number;
}

/** A state with who has made it, and why. */
export interface FleetRecord extends FleetState, Partial<Reason> {}

/** The last state that a member has acknowledged. */
export interface Acknowledged {
  readonly epoch: number;
  readonly stage: Stage;
  readonly percentage: number;
}

/** A member as the store knows it. */
export interface MemberRecord {
  readonly id: string;
  /** The end of its membership, in milliseconds of the server's clock. */
  readonly until: number;
  readonly acknowledged: Acknowledged | undefined;
}

/** Everything that the store knows of a fleet, read in one step. */
export interface FleetSnapshot {
  /** Of epoch 0: no process has joined yet, and there is no fleet of this name. */
  readonly state: FleetRecord;
  readonly target: FleetTarget | undefined;
  readonly members: readonly MemberRecord[];
  /** The id of the process that controls the fleet. */
  readonly controller: string | undefined;
  /** The server's clock, in milliseconds. */
  readonly now: number;
}

/** The two sides, in the order in which they are written. */
export const SIDES = ['legacy', 'next'] as const satisfies readonly SideName[];

/** Those whose membership has not run out: the others answer no reads. */
export function livingOf({ members, now }: FleetSnapshot): readonly MemberRecord[] {
  return members.filter(({ until }) => until >= now);
}

/** Who has not acknowledged the state. */
export function laggardsOf({ members, state }: FleetSnapshot): readonly string[] {
  return members
    .filter(({ acknowledged }) => acknowledged?.epoch !== state.epoch)
    .map(({ id }) => id);
}

/** The same state with another warmth of one side. */
export function withWarmth(
  { stage, percentage, cold }: FleetState,
  side: SideName,
  warmth: Warmth,
): Omit<FleetState, 'epoch'> {
  return { stage, percentage, cold: { ...cold, [side]: warmth } };
}
