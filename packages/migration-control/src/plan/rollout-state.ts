import type { SavedJudge } from '../judge/judge.js';
import type { Wish } from '../sources/wish.js';
import { ControlError } from '../control-error.js';
import type { PlanStep, RolloutPlan } from './rollout-plan.js';
import { describeRung, HARBOUR, isSameRung, OFF, type Rung } from './rung.js';

/**
 * What a component is doing. `going`: it climbs, or waits for its turn. `held`: it stays where it is
 * until somebody resumes it. `rolled back`: as held, in the safe harbour or below. `taken back`: a
 * wish of `false` brings it to `off`, as long as it lasts.
 */
export type ComponentStatus = 'going' | 'held' | 'rolled back' | 'taken back';

/** Where one component stands in the plan. */
export interface ComponentState {
  readonly name: string;
  readonly status: ComponentStatus;
  /** The number of its step, of those of the component and then those of the finish; -1: `off`. */
  readonly position: number;
  /** A percentage of `live` that somebody has put it to, in place of that of its step; null: none. */
  readonly placed: number | null;
  /** When it was seen to have arrived there, in milliseconds since the epoch; null: on the way. */
  readonly since: number | null;
  /** Where it was last seen. */
  readonly seen: Rung | null;
  /** Whether somebody has said yes to the next step. */
  readonly isApproved: boolean;
  /** When somebody resumed it last, in milliseconds since the epoch; 0: never. What was seen before is not judged. */
  readonly resumedAt: number;
  /** What keeps it at its step, as last recorded. */
  readonly holding: string;
  readonly wish: Wish | null;
  readonly judge: SavedJudge;
}

/** A rollout as plain data: what is written down, and read again by whoever carries on. */
export interface RolloutState {
  readonly version: 1;
  /** The components and their steps, as positions count them. */
  readonly ladder: string;
  /** One more with every change. */
  readonly revision: number;
  readonly isPaused: boolean;
  readonly components: readonly ComponentState[];
}

/**
 * A rollout that has not begun.
 *
 * @param wish what counts until a source says something; null: nothing begins before
 */
export function beginRollout(plan: RolloutPlan, wish: Wish | null = null): RolloutState {
  const components = plan.components.map(({ name }) => ({
    name,
    status: 'going' as const,
    position: -1,
    placed: null,
    since: null,
    seen: null,
    isApproved: false,
    resumedAt: 0,
    holding: '',
    wish,
    judge: {},
  }));
  return { version: 1, ladder: ladderOf(plan), revision: 0, isPaused: false, components };
}

/**
 * A rollout that was written down as JSON.
 *
 * @throws ControlError `INVALID_RECORD` where it is none, or one of another plan
 */
export function resumeRollout(plan: RolloutPlan, text: string): RolloutState {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ControlError('INVALID_RECORD', 'expected a rollout as JSON; got something else', {
      cause: error,
    });
  }
  const state = given as RolloutState | null;
  const ladder = ladderOf(plan);
  const found = state?.version === 1 ? state.ladder : undefined;
  if (state === null || found !== ladder) {
    throw new ControlError(
      'INVALID_RECORD',
      `expected a rollout of ${ladder}; got ${found === undefined ? 'something else' : `one of ${found}`}`,
    );
  }
  return state;
}

/** The steps of a plan in words. Other steps are another rollout: positions would mean something else. */
function ladderOf(plan: RolloutPlan): string {
  return plan.components
    .map(({ name }) => `${name} (${stepsOf(plan, name).map(describeRung).join(', ')})`)
    .join('; ');
}

/** All steps of a component in their order. */
export function stepsOf(plan: RolloutPlan, name: string): readonly PlanStep[] {
  const component = plan.components.find((one) => one.name === name);
  return [...(component?.steps ?? []), ...plan.finish.steps];
}

/** Where a component is to be. */
export function rungAt(plan: RolloutPlan, { name, position, placed }: ComponentState): Rung {
  if (placed !== null) return { stage: 'live', percentage: placed };
  const { stage, percentage } = stepsOf(plan, name)[position] ?? OFF;
  return { stage, percentage };
}

/** On the way to a step, with no percentage of its own. */
export function towardStep(
  position: number,
): Pick<ComponentState, 'position' | 'placed' | 'since'> {
  return { position, placed: null, since: null };
}

/** Whether it came back from `complete`, to a legacy that fills up again. */
export function isColdRollback(
  plan: RolloutPlan,
  { name, status, position }: ComponentState,
): boolean {
  return status === 'rolled back' && position === topOf(plan, name);
}

/** The position of `live 100 %`. */
export function topOf(plan: RolloutPlan, name: string): number {
  return stepsOf(plan, name).findIndex(({ percentage }) => percentage === 100);
}

/** The position of `live 0 %`. */
export function harbourOf(plan: RolloutPlan, name: string): number {
  return stepsOf(plan, name).findIndex((step) => isSameRung(step, HARBOUR));
}
