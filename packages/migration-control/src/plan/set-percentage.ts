import { ControlError } from '../control-error.js';
import type { RolloutPlan } from './rollout-plan.js';
import { rungAt, stepsOf, type ComponentState, type RolloutState } from './rollout-state.js';
import { describeRung, heightOf, type Rung } from './rung.js';

/**
 * Puts a component that is in `live` to a percentage of its own, where it is held. It keeps the number of
 * the last step that is not above: once resumed it stays at the percentage, is judged as that step says,
 * and goes on to the next one.
 *
 * @returns what it makes of the component
 * @throws ControlError `REFUSED_EVENT`
 */
export function setPercentage(
  plan: RolloutPlan,
  state: RolloutState,
  { component, percentage }: { readonly component: ComponentState; readonly percentage: number },
): Partial<ComponentState> {
  const at = component.seen ?? rungAt(plan, component);
  const target: Rung = { stage: 'live', percentage };
  const refusal = refusalOf(state, component, { at, target });
  if (refusal !== undefined) {
    throw new ControlError(
      'REFUSED_EVENT',
      `cannot put ${component.name} to ${percentage} %: ${refusal}`,
    );
  }
  const position = stepsOf(plan, component.name).findLastIndex(
    (step) => step.stage === 'live' && step.percentage <= percentage,
  );
  // Where it is found at the next look is nobody else's decision.
  const update = { status: 'held', position, placed: percentage, since: null, seen: null } as const;
  return { ...update, isApproved: false, holding: '' };
}

function refusalOf(
  { isPaused }: RolloutState,
  { status, wish }: ComponentState,
  { at, target }: { readonly at: Rung; readonly target: Rung },
): string | undefined {
  if (!(target.percentage >= 0 && target.percentage <= 100)) {
    return 'expected a percentage from 0 to 100';
  }
  if (at.stage !== 'live') {
    return `it is in ${describeRung(at)}, and only live has a percentage`;
  }
  if (status === 'taken back') return 'a source says false';
  if (heightOf(target) <= heightOf(at)) return undefined;
  if (isPaused) return 'the rollout is paused; resume it before reads are given to next';
  if (status === 'rolled back') return 'it is rolled back; resume it first';
  if (wish !== null && typeof wish === 'object' && heightOf(target) > heightOf(wish)) {
    return `a source lets it go to ${describeRung(wish)} only`;
  }
  return undefined;
}
