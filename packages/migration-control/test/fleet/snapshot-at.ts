import type { FleetSnapshot, FleetTarget, MemberRecord } from '../../src/fleet/fleet-record.js';

/** The server's clock in these snapshots. */
export const NOW = 1_000_000;

const WARM = { legacy: 'warm', next: 'warm' } as const;

/** A state of epoch 7, with what is left out: warm sides. */
export function stateAt(
  place: Pick<FleetSnapshot['state'], 'stage'> & Partial<FleetSnapshot['state']>,
): FleetSnapshot['state'] {
  const implied = place.stage === 'rampdown' || place.stage === 'complete' ? 100 : 0;
  return { percentage: implied, epoch: 7, cold: WARM, ...place };
}

/** A member that has acknowledged the state, with more than is said. */
export function memberOf(
  { epoch, stage, percentage }: FleetSnapshot['state'],
  member: Partial<MemberRecord> = {},
): MemberRecord {
  return { id: 'one', until: NOW + 1000, acknowledged: { epoch, stage, percentage }, ...member };
}

/** A target as somebody asks for it. */
export function targetAt(target: Omit<FleetTarget, 'why' | 'by'>): FleetTarget {
  return { why: 'test', by: 'somebody', ...target };
}

/** What the store holds, where everybody has acknowledged unless it is said. */
export function snapshotAt(
  state: FleetSnapshot['state'],
  target?: FleetTarget,
  members: readonly MemberRecord[] = [memberOf(state)],
): FleetSnapshot {
  return { state, target, members, controller: 'one', now: NOW };
}
