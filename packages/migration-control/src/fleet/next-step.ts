import { STAGES, type FleetState, type Stage } from '@resync/cache-migration';
import type { FleetTarget } from './fleet-record.js';

type Change = Omit<FleetState, 'epoch'>;
type Place = Pick<FleetState, 'stage' | 'percentage'>;

/** `live` above 0 or `rampdown`: what a rollback leaves at once. */
export function isBeyondHarbour({ stage, percentage }: Place): boolean {
  return stage === 'rampdown' || (stage === 'live' && percentage > 0);
}

/** `live 0`: the one place that may be entered without waiting for anybody. */
export function isHarbour({ stage, percentage }: Place): boolean {
  return stage === 'live' && percentage === 0;
}

/** Whether the target is further down the ladder than where the fleet is. */
export function isDownwards(from: Place, to: Place): boolean {
  return rankOf(to) < rankOf(from);
}

/**
 * The neighbour of the state that leads to the target, with what the step says of the sides; `undefined`
 * where the fleet is there, or must not go: from `complete` only a cold target leads back.
 */
export function nextStep(state: FleetState, target: FleetTarget): Change | undefined {
  if (state.stage === target.stage && state.percentage === target.percentage) return undefined;
  const { cold } = state;
  const to = (stage: Stage, percentage: number): Change => ({ stage, percentage, cold });
  const isDown = isDownwards(state, target);
  switch (state.stage) {
    case 'off':
      return { ...to('dualwrite', 0), cold: { ...cold, next: 'confirming' } };
    case 'dualwrite':
      return isDown ? { ...to('off', 0), cold: { ...cold, next: 'cold' } } : to('shadow', 0);
    case 'shadow':
      return isDown ? to('dualwrite', 0) : to('live', 0);
    case 'live':
      if (target.stage === 'live') return to('live', target.percentage);
      if (isDown) return state.percentage === 0 ? to('shadow', 0) : to('live', 0);
      return state.percentage === 100 ? to('rampdown', 100) : to('live', 100);
    case 'rampdown':
      if (!isDown) return { ...to('complete', 100), cold: { ...cold, legacy: 'cold' } };
      // An emptied legacy would miss everything at live 0; it gets the keys back little by little.
      return rankOf(target) <= HARBOUR && target.cold !== true ? to('live', 0) : to('live', 100);
    case 'complete':
      if (target.cold !== true) return undefined;
      return { ...to('rampdown', 100), cold: { ...cold, legacy: 'confirming' } };
  }
}

/** Larger the further up; percentages lie between the stages. */
function rankOf({ stage, percentage }: Place): number {
  return STAGES.indexOf(stage) + (stage === 'live' ? percentage / 200 : 0);
}

const HARBOUR = rankOf({ stage: 'live', percentage: 0 });
