import type { FleetState, SideName } from '@resync/cache-migration';
import {
  laggardsOf,
  SIDES,
  withWarmth,
  type FleetRecord,
  type FleetSnapshot,
  type FleetTarget,
} from './fleet-record.js';
import { isBeyondHarbour, isDownwards, isHarbour, nextStep } from './next-step.js';

/** What a controller does next. */
export type Decision =
  /** Members are gone without a word: they are no longer waited for. */
  | { readonly kind: 'strike out'; readonly members: readonly string[] }
  /** The state is changed; the store refuses where it is another one by now. */
  | { readonly kind: 'change'; readonly to: Omit<FleetState, 'epoch'>; readonly why: string }
  /** A member empties the side, which is then warm. */
  | { readonly kind: 'empty'; readonly side: SideName }
  /** Nothing, until these have acknowledged the state. */
  | { readonly kind: 'wait'; readonly members: readonly string[] }
  /** Nothing: the fleet is where it is to be. */
  | { readonly kind: 'rest' };

/**
 * What the rules of "Several processes" allow and ask for, from what the store holds alone, so that it
 * does not matter which process controls the fleet, or for how long.
 */
export function decide(snapshot: FleetSnapshot): Decision {
  const { state, target, members, now } = snapshot;
  const gone = members.filter(({ until }) => until < now).map(({ id }) => id);
  if (gone.length > 0) return { kind: 'strike out', members: gone };

  const step = target && nextStep(state, target);
  const why = target === undefined ? '' : `${target.by}: ${target.why}`;
  if (step !== undefined && isBeyondHarbour(state) && isHarbour(step)) {
    return { kind: 'change', to: step, why };
  }
  const laggards = laggardsOf(snapshot);
  if (laggards.length > 0 || members.length === 0) return { kind: 'wait', members: laggards };

  const side = sideToWarm(state, target);
  if (side !== undefined) return warmed(state, side);
  return step === undefined ? { kind: 'rest' } : { kind: 'change', to: step, why };
}

/** A side is lifted out of its cold in two epochs: confirmed again by all, then emptied, then read. */
function warmed(state: FleetRecord, side: SideName): Decision {
  switch (state.cold[side]) {
    case 'confirming':
    case 'warm':
      return { kind: 'empty', side };
    case 'declared':
      return { kind: 'change', to: withWarmth(state, side, 'cold'), why: `${side} is cold` };
    case 'cold':
      return {
        kind: 'change',
        to: withWarmth(state, side, 'confirming'),
        why: `${side} is confirmed again`,
      };
  }
}

/** A side that is not warm though it is written to. On the way down nobody waits for next. */
function sideToWarm(state: FleetRecord, target: FleetTarget | undefined): SideName | undefined {
  const isLeavingNext = target !== undefined && isDownwards(state, target);
  const isLeft: Readonly<Record<SideName, boolean>> = {
    legacy: state.stage === 'complete',
    next: state.stage === 'off' || isLeavingNext,
  };
  return SIDES.find((side) => !isLeft[side] && state.cold[side] !== 'warm');
}
