import { describeFinding, METRICS } from '../judge/finding.js';
import { Judge } from '../judge/judge.js';
import { judgeSettingsOf } from '../plan/judge-of-plan.js';
import { removableFrom } from '../plan/removable.js';
import type { RolloutPlan } from '../plan/rollout-plan.js';
import { stepsOf, type ComponentState, type RolloutState } from '../plan/rollout-state.js';
import { OFF, type Rung } from '../plan/rung.js';
import type { ComponentReport, MemberStatus, RolloutReport } from './rollout-operator.js';

/** Where a component was found. */
export interface Whereabouts {
  readonly at: Rung & { readonly epoch: number };
  /** Sides that are not trusted as a whole. Default: none. */
  readonly cold?: readonly ('legacy' | 'next')[];
  /** In a fleet: its processes. */
  readonly members?: readonly MemberStatus[];
}

/** What a report is made from beside the plan and the state. */
export interface ReportSettings {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** By component; one that is not found is reported where it was last seen, in epoch 0. */
  readonly found: Readonly<Record<string, Whereabouts | undefined>>;
}

/** Where a rollout stands, for people and pages. */
export function rolloutReport(
  plan: RolloutPlan,
  state: RolloutState,
  { now, found }: ReportSettings,
): RolloutReport {
  const removable = removableFrom(plan, state.components);
  const removableSince = removable !== undefined && removable <= now ? removable : null;
  const components = state.components.map((component): ComponentReport => {
    const { name, status, position, since, isApproved, wish, seen } = component;
    const steps = stepsOf(plan, name);
    const next = steps[position + 1];
    const { at, cold, members } = found[name] ?? { at: { ...(seen ?? OFF), epoch: 0 } };
    return {
      name,
      status,
      at,
      step: { position, of: steps.length },
      next: next && { stage: next.stage, percentage: next.percentage },
      since,
      isApproved,
      holding: withNumbers(plan, component),
      wish,
      cold: cold ?? [],
      removableSince,
      members,
    };
  });
  return { now, isPaused: state.isPaused, components };
}

/** What keeps a component at its step; where it is a gate, with what is known of its metric now. */
function withNumbers(plan: RolloutPlan, { name, holding, judge }: ComponentState): string {
  const metric = METRICS.find((one) => holding.startsWith(`gate ${one}:`));
  if (metric === undefined) return holding;
  const findings = new Judge(judgeSettingsOf(plan, name), judge).findings();
  const finding = findings.find((one) => one.metric === metric);
  return finding === undefined ? holding : `${holding} (${describeFinding(finding)})`;
}
