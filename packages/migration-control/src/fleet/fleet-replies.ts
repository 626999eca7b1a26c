import { STAGES, type FleetState, type Warmth } from '@resync/cache-migration';
import { ControlError } from '../control-error.js';
import type { FleetRecord, FleetSnapshot, FleetTarget, MemberRecord } from './fleet-record.js';

const WARMTHS: readonly unknown[] = ['warm', 'declared', 'cold', 'confirming'] satisfies Warmth[];

/** @throws ControlError `CONTROL_STORE` for what is no state, as of another version or of somebody else */
export function stateFrom(value: unknown): FleetRecord {
  if (isState(value)) return value;
  throw new ControlError(
    'CONTROL_STORE',
    `expected the state of a fleet in the control store; got ${JSON.stringify(value)}`,
  );
}

export function snapshotFrom(value: unknown): FleetSnapshot {
  const { state, target, members, controller, now } = value as {
    readonly state: unknown;
    readonly target?: FleetTarget;
    readonly members: Readonly<Record<string, Omit<MemberRecord, 'id'>>>;
    readonly controller?: string;
    readonly now: number;
  };
  return {
    state: stateFrom(state),
    target,
    members: Object.entries(members).map(([id, { until, acknowledged }]) => ({
      id,
      until,
      acknowledged,
    })),
    controller,
    now,
  };
}

function isState(value: unknown): value is FleetState {
  if (typeof value !== 'object' || value === null) return false;
  const { stage, percentage, epoch, cold } = value as Partial<Record<keyof FleetState, unknown>>;
  const { legacy, next } = (cold ?? {}) as Partial<FleetState['cold']>;
  return (
    (STAGES as readonly unknown[]).includes(stage) &&
    typeof percentage === 'number' &&
    typeof epoch === 'number' &&
    WARMTHS.includes(legacy) &&
    WARMTHS.includes(next)
  );
}
