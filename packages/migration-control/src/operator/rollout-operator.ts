import type { AuditRecord } from '../audit/audit-log.js';
import type { RolloutEvent } from '../plan/rollout-event.js';
import type { RolloutPlan } from '../plan/rollout-plan.js';
import type { ComponentStatus } from '../plan/rollout-state.js';
import type { Rung } from '../plan/rung.js';
import type { Wish } from '../sources/wish.js';

/** What an operator may ask for. */
export type OperatorEvent = Exclude<
  RolloutEvent,
  { readonly kind: 'rolled back' | 'wishes' | 'taken over' }
>;

/** One process of a fleet, as the control store knows it. */
export interface MemberStatus {
  readonly id: string;
  readonly isController: boolean;
  /** The last state that it has acknowledged; undefined: none yet. */
  readonly acknowledged: (Rung & { readonly epoch: number }) | undefined;
}

/** Where one component stands. */
export interface ComponentReport {
  readonly name: string;
  readonly status: ComponentStatus;
  readonly at: Rung & { readonly epoch: number };
  /** The number of its step, from 0, and of how many; -1: `off`. */
  readonly step: { readonly position: number; readonly of: number };
  /** Where the plan takes it next; undefined at its end. */
  readonly next: Rung | undefined;
  /** Since when it is at its step, in milliseconds since the epoch; null: on the way. */
  readonly since: number | null;
  readonly isApproved: boolean;
  /** One sentence on what keeps it there, with the numbers; empty: nothing. */
  readonly holding: string;
  readonly wish: Wish | null;
  /** Sides that are not trusted as a whole. */
  readonly cold: readonly ('legacy' | 'next')[];
  /** Since when legacy and the manager may be taken out of the code; null: not yet. */
  readonly removableSince: number | null;
  /** In a fleet: its processes that live, and in epoch 0 none has ever joined; in one process: undefined. */
  readonly members: readonly MemberStatus[] | undefined;
}

/** Where a rollout stands: plain data, as it is sent to consoles and pages. */
export interface RolloutReport {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly isPaused: boolean;
  /** In the plan's order. */
  readonly components: readonly ComponentReport[];
}

/** A rollout as people on call see and steer it, in one process or over a fleet. */
export interface RolloutOperator {
  readonly plan: RolloutPlan;
  report(): Promise<RolloutReport>;
  /**
   * Resolves once it holds: a rollback when every process that it reaches reads legacy.
   *
   * @param who for the record
   * @throws ControlError `REFUSED_EVENT`
   */
  handle(event: OperatorEvent, who: string): Promise<void>;
  /** Everything on record, the oldest first. */
  audit(): Promise<readonly AuditRecord[]>;
  /**
   * Told of each record as it is made.
   *
   * @returns ends it
   */
  follow(listener: (record: AuditRecord) => void): () => void;
}
