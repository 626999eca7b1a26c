import type { RolloutPlan } from './rollout-plan.js';
import { stepsOf, type RolloutState } from './rollout-state.js';

/**
 * From when on legacy may be taken out of the code, in milliseconds since the epoch: so long after the
 * last component has finished as the plan says. Undefined: one has not finished.
 */
export function removableFrom(
  plan: RolloutPlan,
  components: RolloutState['components'],
): number | undefined {
  let last = -Infinity;
  for (const { name, position, since } of components) {
    if (since === null || position !== stepsOf(plan, name).length - 1) return undefined;
    last = Math.max(last, since);
  }
  return last + plan.finish.removable;
}
