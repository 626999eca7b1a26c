import type { JudgeSettings } from '../judge/judge-limits.js';
import type { RolloutPlan } from './rollout-plan.js';
import { stepsOf } from './rollout-state.js';

/** How each step of a component is judged: the steps share the plan's chance of a false alarm. */
export function judgeSettingsOf(plan: RolloutPlan, name: string): JudgeSettings {
  const { limits, alpha, gateAlpha, fillTime } = plan;
  return { limits, alpha: alpha / stepsOf(plan, name).length, gateAlpha, fillTimeMs: fillTime };
}
