import { ControlError } from '../control-error.js';
import type { Wish } from '../sources/wish.js';
import type { DecisionRecord, RolloutAction } from './decision.js';
import type { RolloutPlan } from './rollout-plan.js';
import {
  harbourOf,
  isColdRollback,
  rungAt,
  stepsOf,
  topOf,
  towardStep,
  type ComponentState,
  type RolloutState,
} from './rollout-state.js';
import { asPercentage, describeRung, isBeyondHarbour, type Rung } from './rung.js';
import { setPercentage } from './set-percentage.js';

/** What somebody asks of a rollout. */
export type RolloutEvent =
  /** Nothing is promoted any longer. What is dangerous is still rolled back. */
  | { readonly kind: 'pause'; readonly why: string }
  /** Goes on: all of it, or a component that was held or rolled back. */
  | { readonly kind: 'resume'; readonly component?: string; readonly why: string }
  /** To the next step, now, with no regard to time, samples and gates; never past harm or failing health. */
  | { readonly kind: 'promote'; readonly component: string; readonly why: string }
  /**
   * To a percentage of `live`, of the plan or not, up or down, with no regard to time, samples and gates.
   * It is held there until it is resumed, and then goes on from there. Only from `live`.
   */
  | {
      readonly kind: 'set percentage';
      readonly component: string;
      /** From 0 to 100, with two decimals. */
      readonly percentage: number;
      readonly why: string;
    }
  /** Says yes to the next step, which is taken when its time has come. */
  | { readonly kind: 'approve'; readonly component: string; readonly why: string }
  /** Back, at once. From `complete` only with `cold`, to a legacy that begins empty. */
  | {
      readonly kind: 'roll back';
      readonly component: string;
      readonly why: string;
      readonly cold?: true;
    }
  /** Somebody has taken it back already, from there. It was asked for and done elsewhere. */
  | {
      readonly kind: 'rolled back';
      readonly component: string;
      readonly from: Rung;
      readonly why: string;
    }
  /** What the sources of the state say now; a component that is left out is one of no opinion. */
  | { readonly kind: 'wishes'; readonly wishes: Readonly<Record<string, Wish>> }
  /**
   * Somebody has taken over, or a process has started: where a component is found is no decision of
   * anybody, and it is taken to where it was.
   */
  | { readonly kind: 'taken over' };

/** What comes of an event or of a look. */
export interface RolloutOutcome {
  readonly state: RolloutState;
  readonly actions: readonly RolloutAction[];
  readonly records: readonly DecisionRecord[];
}

/** Who asks, and when. */
export interface Request {
  readonly event: RolloutEvent;
  readonly who: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Applies an event. Nothing but a rollback acts at once; everything else is seen at the next look.
 *
 * @throws ControlError `REFUSED_EVENT`
 */
export function applyEvent(
  plan: RolloutPlan,
  state: RolloutState,
  { event, who, now }: Request,
): RolloutOutcome {
  const actions: RolloutAction[] = [];
  const records: DecisionRecord[] = [];
  const record = (
    component: string,
    verdict: DecisionRecord['verdict'],
    sentence: string,
  ): void => {
    records.push({ at: now, who, component, verdict, sentence, findings: [] });
  };
  const change = (
    name: string,
    update: (component: ComponentState) => Partial<ComponentState>,
  ): RolloutState => {
    if (!state.components.some((component) => component.name === name)) {
      const names = state.components.map((component) => component.name).join(', ');
      throw new ControlError('REFUSED_EVENT', `expected a component of ${names}; got ${name}`);
    }
    const components = state.components.map((component) =>
      component.name === name ? { ...component, ...update(component) } : component,
    );
    return { ...state, components };
  };
  const done = (next: RolloutState): RolloutOutcome => ({
    state: { ...next, revision: state.revision + 1 },
    actions,
    records,
  });

  switch (event.kind) {
    case 'pause':
      record('all', 'pause', `paused: ${event.why}`);
      return done({ ...state, isPaused: true });
    case 'resume': {
      const resumed = (component: ComponentState): Partial<ComponentState> => {
        if (component.status === 'taken back') return {};
        if (component.status === 'going') return {};
        return { status: 'going', since: null, resumedAt: now, holding: '', judge: {} };
      };
      record(event.component ?? 'all', 'resume', `resumed: ${event.why}`);
      if (event.component !== undefined) return done(change(event.component, resumed));
      const components = state.components.map((one) => ({ ...one, ...resumed(one) }));
      return done({ ...state, isPaused: false, components });
    }
    case 'approve':
      record(event.component, 'approve', `the next step is approved: ${event.why}`);
      return done(change(event.component, () => ({ isApproved: true })));
    case 'promote':
      return done(
        change(event.component, (component) => {
          const to = stepsOf(plan, component.name)[component.position + 1];
          const refusal = refusalOf(state, component, { isAtEnd: to === undefined });
          if (refusal !== undefined || to === undefined) {
            const message = refusal ?? 'there is no next step';
            throw new ControlError('REFUSED_EVENT', `cannot promote ${component.name}: ${message}`);
          }
          record(
            component.name,
            'promote',
            `promoted to ${describeRung(to)} by hand: ${event.why}`,
          );
          return { ...towardStep(component.position + 1), isApproved: false, holding: '' };
        }),
      );
    case 'set percentage':
      return done(
        change(event.component, (component) => {
          const { name } = component;
          const percentage = asPercentage(event.percentage);
          const update = setPercentage(plan, state, { component, percentage });
          record(name, 'placed', `${name} put to ${percentage} % by hand: ${event.why}`);
          return update;
        }),
      );
    case 'roll back':
      return done(
        change(event.component, (component) => {
          const isComplete = component.seen?.stage === 'complete';
          if (isComplete && event.cold !== true) {
            throw new ControlError(
              'REFUSED_EVENT',
              `expected cold: true to roll ${component.name} back from complete: legacy has seen no writes since, and begins empty`,
            );
          }
          if (event.cold === true && isColdRollback(plan, component)) {
            throw new ControlError(
              'REFUSED_EVENT',
              `expected ${component.name} in complete for a cold rollback; it is on its way back from there, or was taken back already. Ask without cold to have legacy read as it is`,
            );
          }
          const { action, update } = rollBack(plan, component, event.why);
          actions.push(action);
          record(component.name, 'rollback', `rolled back by hand: ${event.why}`);
          return update;
        }),
      );
    case 'rolled back':
      return done(
        change(event.component, (component) => {
          record(component.name, 'rollback', `rolled back by hand: ${event.why}`);
          return rollBack(plan, { ...component, seen: event.from }, event.why).update;
        }),
      );
    case 'wishes': {
      const components = state.components.map((component) => ({
        ...component,
        wish: event.wishes[component.name] ?? null,
      }));
      return done({ ...state, components });
    }
    case 'taken over': {
      const components = state.components.map((one) => ({ ...one, seen: null, since: null }));
      return done({ ...state, components });
    }
  }
}

/** The action that takes a component back, and what it makes of its state. */
export function rollBack(
  plan: RolloutPlan,
  component: ComponentState,
  why: string,
): { readonly action: RolloutAction; readonly update: Partial<ComponentState> } {
  const { name } = component;
  const at = component.seen ?? rungAt(plan, component);
  const base = { status: 'rolled back', isApproved: false, judge: {} } as const;
  const holding = `rolled back: ${why}`;
  if (at.stage === 'complete') {
    const action = { kind: 'roll back', component: name, why, cold: true } as const;
    return { action, update: { ...base, ...towardStep(topOf(plan, name)), holding } };
  }
  // The harbour is where a rollback goes from everything beyond it; below, legacy is read anyway.
  const isInLive = isBeyondHarbour(at) || at.stage === 'live';
  const position = isInLive ? harbourOf(plan, name) : -1;
  const action = { kind: 'roll back', component: name, why } as const;
  return { action, update: { ...base, ...towardStep(position), holding } };
}

function refusalOf(
  state: RolloutState,
  component: ComponentState,
  { isAtEnd }: { readonly isAtEnd: boolean },
): string | undefined {
  if (state.isPaused) return 'the rollout is paused';
  if (component.status !== 'going') return `it is ${component.status}; resume it first`;
  if (component.wish === false) return 'a source says false';
  if (isAtEnd) return 'there is no next step';
  const isBelowSteps = component.position < 0 && component.seen?.stage === 'off';
  if (component.since === null && !isBelowSteps) return 'it is still on the way to its step';
  return undefined;
}
