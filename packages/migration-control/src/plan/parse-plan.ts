import { parse } from 'yaml';
import { ControlError } from '../control-error.js';
import { planSchema } from './plan-schema.js';
import type { RolloutPlan } from './rollout-plan.js';

/**
 * A rollout plan from YAML or JSON, which is YAML too.
 *
 * @throws ControlError `INVALID_PLAN` that names every fault with its place
 */
export function parsePlan(text: string): RolloutPlan {
  let given: unknown;
  try {
    given = parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ControlError('INVALID_PLAN', `expected YAML or JSON; got ${message}`, {
      cause: error,
    });
  }
  return checkPlan(given);
}

/** As `parsePlan`, from an object. */
export function checkPlan(given: unknown): RolloutPlan {
  const checked = planSchema.safeParse(given);
  if (checked.success) return checked.data;
  const faults = checked.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the plan'}: ${message}`,
  );
  throw new ControlError('INVALID_PLAN', faults.join('\n'), { cause: checked.error });
}

/**
 * The plan of the users: core, health, LLM, hierarchy, in this order; 10, 25, 50 and 100 % for a quarter
 * of an hour each; four hours of watching each component, a week at 100 %; legacy may go after 30 days.
 */
export function defaultPlan(): RolloutPlan {
  const components = ['core', 'health', 'llm', 'hierarchy'].map((name) => ({ name }));
  return checkPlan({ version: 1, components });
}
