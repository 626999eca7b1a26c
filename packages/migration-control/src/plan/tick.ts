import { describeFinding, isHarmful, isProven, type Finding } from '../judge/finding.js';
import { Judge } from '../judge/judge.js';
import type { Observation } from '../judge/observation.js';
import type { DecisionRecord, RolloutAction } from './decision.js';
import { GATE_METRICS, type Gate } from './gate.js';
import { judgeSettingsOf } from './judge-of-plan.js';
import { removableFrom } from './removable.js';
import type { PlanStep, RolloutPlan } from './rollout-plan.js';
import { rollBack, type RolloutOutcome } from './rollout-event.js';
import {
  harbourOf,
  isColdRollback,
  rungAt,
  stepsOf,
  towardStep,
  type ComponentState,
  type RolloutState,
} from './rollout-state.js';
import {
  describeRung,
  heightOf,
  isBeyondHarbour,
  isSameRung,
  stepToward,
  type Rung,
} from './rung.js';

/** What is seen of one component. */
export interface Sighting {
  readonly at: Rung;
  /** Whether the last step has ended everywhere. */
  readonly isSettled: boolean;
  /** Processes of which nothing is heard. Default: none. */
  readonly silent?: readonly string[];
  readonly observation: Observation;
  /** When the observation began, in milliseconds since the epoch. Default: after whatever was asked for. */
  readonly from?: number;
}

/** A look at everything. */
export interface Look {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** By component; nothing is done to one that is not seen. */
  readonly seen: Readonly<Record<string, Sighting | undefined>>;
}

/**
 * Looks at a rollout and decides. What is done is worked out from where each component *is* and where
 * it is to be, and never from what was asked for earlier: whoever takes over, in whatever moment,
 * carries on. Danger is looked for first, in every component, paused or not.
 */
export function tick(plan: RolloutPlan, state: RolloutState, look: Look): RolloutOutcome {
  const turn = new Turn(plan, state, look);
  for (const { name } of plan.components) turn.look(name);
  for (const { name } of plan.components) turn.advance(name);
  return turn.outcome;
}

const REMOVABLE = 'legacy may be taken out of the code';

/** One look, under way. */
class Turn {
  readonly #plan: RolloutPlan;
  readonly #before: RolloutState;
  readonly #look: Look;
  readonly #components: Map<string, ComponentState>;
  readonly #findings = new Map<string, readonly Finding[]>();
  readonly #actions: RolloutAction[] = [];
  readonly #records: DecisionRecord[] = [];

  constructor(plan: RolloutPlan, state: RolloutState, look: Look) {
    this.#plan = plan;
    this.#before = state;
    this.#look = look;
    this.#components = new Map(state.components.map((component) => [component.name, component]));
  }

  get outcome(): RolloutOutcome {
    const components = [...this.#components.values()];
    const revision = this.#before.revision + 1;
    return {
      state: { ...this.#before, revision, components },
      actions: this.#actions,
      records: this.#records,
    };
  }

  /** Notices where a component is, judges it, and takes it back where it has to be. */
  look(name: string): void {
    const sighting = this.#look.seen[name];
    if (sighting === undefined) return;
    this.#noticeFall(name, sighting.at);
    this.#update(name, { seen: sighting.at });
    this.#heedWish(name, sighting);
    if (this.#component(name).position < 0) return;
    this.#noticeArrival(name, sighting.at);
    this.#judge(name, sighting);
  }

  /** Moves a component toward where it is to be, or decides that it goes on. */
  advance(name: string): void {
    const sighting = this.#look.seen[name];
    if (sighting === undefined) return;
    const component = this.#component(name);
    if (this.#actions.some((action) => action.component === name)) return;
    if (component.since !== null || (component.position < 0 && sighting.at.stage === 'off')) {
      this.#consider(name, sighting);
    }
    this.#approach(name, sighting);
  }

  /** Somebody else has taken it down: that stands until it is resumed. */
  #noticeFall(name: string, at: Rung): void {
    const { seen, position } = this.#component(name);
    const aim = rungAt(this.#plan, this.#component(name));
    if (seen === null || heightOf(at) >= heightOf(seen) || heightOf(at) >= heightOf(aim)) return;
    const steps = stepsOf(this.#plan, name);
    const reached = steps.findLastIndex((step) => heightOf(step) <= heightOf(at));
    this.#update(name, { ...towardStep(Math.min(position, reached)), status: 'held' });
    this.#record(
      name,
      'adopted',
      `was taken to ${describeRung(at)} by somebody else, and stays there`,
    );
  }

  #heedWish(name: string, { at }: Sighting): void {
    const { wish, status, position } = this.#component(name);
    if (wish === false) {
      if (status === 'taken back') return;
      if (isColdRollback(this.#plan, this.#component(name))) {
        this.#hold(name, 'a source says false; legacy was emptied, and is left once it is resumed');
        return;
      }
      if (at.stage === 'complete') {
        this.#hold(
          name,
          'a source says false, and from complete there is only a cold rollback, on request',
        );
        return;
      }
      this.#update(name, { ...towardStep(-1), status: 'taken back', isApproved: false });
      this.#record(name, 'taken back', `a source says false: from ${describeRung(at)} back to off`);
      return;
    }
    if (status === 'taken back') this.#update(name, { status: 'going', holding: '' });
    if (wish === null || wish === true || position < 0) return;
    const aim = rungAt(this.#plan, this.#component(name));
    if (heightOf(aim) <= heightOf(wish) || at.stage === 'complete') return;
    this.#update(name, towardStep(this.#ceilingOf(name, wish)));
    this.#record(name, 'lowered', `a source lets it go to ${describeRung(wish)} only`);
  }

  #noticeArrival(name: string, at: Rung): void {
    const component = this.#component(name);
    const isThere = isSameRung(at, rungAt(this.#plan, component));
    if (!isThere && component.since !== null) this.#update(name, { since: null });
    if (!isThere || component.since !== null) return;
    const { latency } = component.judge;
    const judge =
      latency?.latencies === undefined ? {} : { latency: { latencies: latency.latencies } };
    this.#update(name, { since: this.#look.now, judge });
    this.#record(name, 'arrived', `is in ${describeRung(at)}`);
  }

  #judge(name: string, { at, observation, from = Infinity }: Sighting): void {
    if (observation.health === 'failing') {
      this.#rollBack(name, at, 'health is failing');
      return;
    }
    const component = this.#component(name);
    if (component.since !== null) {
      const judge = new Judge(judgeSettingsOf(this.#plan, name), component.judge);
      // Who resumes it has mended what was seen before.
      if (from >= component.resumedAt) judge.observe(observation, this.#look.now - component.since);
      const findings = judge.findings();
      this.#findings.set(name, findings);
      this.#update(name, { judge: judge.toJSON() });
      const harm = findings.find(isHarmful);
      if (harm !== undefined) {
        this.#rollBack(name, at, describeFinding(harm));
        return;
      }
    }
    if (observation.memory === 'over') this.#relieve(name, at);
  }

  /** Takes it back, as far as there is a way; of what is back already nothing more is asked. */
  #rollBack(name: string, at: Rung, why: string): void {
    const component = this.#component(name);
    if (at.stage === 'complete') {
      this.#hold(name, `${why}; from complete there is only a cold rollback, on request`);
      return;
    }
    const isBack = component.status === 'rolled back' || component.status === 'taken back';
    if (isBack && !isBeyondHarbour(at)) return;
    const { action, update } = rollBack(this.#plan, component, why);
    this.#actions.push(action);
    this.#update(name, isBack ? {} : update);
    if (!isBack) this.#record(name, 'rollback', `rolled back from ${describeRung(at)}: ${why}`);
  }

  /** Memory: reads are taken from next, next is emptied, and the rollout holds. */
  #relieve(name: string, at: Rung): void {
    if (at.stage === 'complete') {
      this.#hold(name, 'memory is over its limit, in complete');
      return;
    }
    const { status } = this.#component(name);
    if (status === 'held' && !isBeyondHarbour(at)) return;
    const why = 'memory is over its limit';
    if (isBeyondHarbour(at)) this.#actions.push({ kind: 'roll back', component: name, why });
    this.#actions.push({ kind: 'empty next', component: name, why });
    const position = Math.min(this.#component(name).position, harbourOf(this.#plan, name));
    this.#update(name, { ...towardStep(position), status: 'held', isApproved: false });
    this.#record(
      name,
      'relieve',
      `${why} in ${describeRung(at)}: next is emptied, and the rollout holds`,
    );
  }

  /** Whether the next step may be taken; if not, what is missing. */
  #consider(name: string, sighting: Sighting): void {
    const component = this.#component(name);
    const next = stepsOf(this.#plan, name)[component.position + 1];
    const missing = this.#missing(name, { sighting, next });
    if (next === undefined) {
      this.#noteRemovable(name);
      return;
    }
    if (missing !== undefined) {
      this.#hold(name, missing);
      return;
    }
    this.#update(name, { ...towardStep(component.position + 1), isApproved: false, holding: '' });
    const from = describeRung(rungAt(this.#plan, component));
    this.#record(name, 'promote', `promoted from ${from} to ${describeRung(next)}`);
  }

  /** The component that is the last one to have been finished long enough says that legacy may go. */
  #noteRemovable(name: string): void {
    const all = [...this.#components.values()];
    const from = removableFrom(this.#plan, all);
    if (from === undefined || this.#look.now < from) return;
    if (all.some(({ holding }) => holding === REMOVABLE)) return;
    this.#update(name, { holding: REMOVABLE });
    this.#record(name, 'removable', `was the last to finish: ${REMOVABLE}`);
  }

  #missing(
    name: string,
    { sighting, next }: { readonly sighting: Sighting; readonly next: PlanStep | undefined },
  ): string | undefined {
    const component = this.#component(name);
    if (this.#before.isPaused) return 'the rollout is paused';
    if (component.status !== 'going') {
      const { placed, status } = component;
      return `it is ${status}${placed === null ? '' : ` at ${placed} %`}, until it is resumed`;
    }
    if (next === undefined) return undefined;
    const { wish } = component;
    if (wish === null) return 'no source says that it may migrate';
    if (typeof wish === 'object' && component.position >= this.#ceilingOf(name, wish)) {
      return `a source lets it go to ${describeRung(wish)} only`;
    }
    if (!sighting.isSettled) return 'the last step has not ended everywhere';
    if ((sighting.silent ?? []).length > 0) {
      return `nothing is heard of ${sighting.silent?.join(', ') ?? ''}`;
    }
    return (
      this.#missingTurn(name) ??
      this.#missingAtStep(name, sighting.observation) ??
      (next.approval && !component.isApproved
        ? `${describeRung(next)} waits for somebody to approve it`
        : undefined)
    );
  }

  /** Components climb one after the other, and finish one after the other. */
  #missingTurn(name: string): string | undefined {
    const all = this.#plan.components;
    const index = all.findIndex((component) => component.name === name);
    const { position } = this.#component(name);
    const climb = all[index]?.steps.length ?? 0;
    const before = all[index - 1];
    if (position < climb - 1) {
      if (before === undefined || this.#hasBeenAtTop(before.name, before.watch)) return undefined;
      return `it is not its turn: ${before.name} has not been watched at the top for ${hours(before.watch)}`;
    }
    const { after } = this.#plan.finish;
    if (position === climb - 1) {
      const late = all.find((component) => !this.#hasBeenAtTop(component.name, after));
      if (late !== undefined) return `${late.name} has not been at the top for ${hours(after)}`;
      const open = before && this.#component(before.name);
      const last = before && stepsOf(this.#plan, before.name).length - 1;
      if (open !== undefined && open.position !== last)
        return `it is not its turn: ${before?.name ?? ''} has not finished`;
    }
    return undefined;
  }

  #hasBeenAtTop(name: string, ms: number): boolean {
    const { position, since, status } = this.#component(name);
    const top = (this.#plan.components.find((one) => one.name === name)?.steps.length ?? 0) - 1;
    if (position > top) return true;
    return position === top && since !== null && status === 'going' && this.#look.now - since >= ms;
  }

  #missingAtStep(name: string, { health, memory }: Observation): string | undefined {
    const component = this.#component(name);
    const step = stepsOf(this.#plan, name)[component.position];
    if (step === undefined || component.since === null) return undefined;
    const left = component.since + step.atLeastMs - this.#look.now;
    if (left > 0) return `it has to stay for ${hours(step.atLeastMs)}`;
    if (step.gates.includes('health') && health !== 'passing')
      return `gate health: it is ${health}`;
    if (step.gates.includes('memory') && memory !== 'within') return `gate memory: it is ${memory}`;
    const metrics = step.gates.flatMap((gate: Gate): readonly string[] => GATE_METRICS[gate]);
    const findings = (this.#findings.get(name) ?? []).filter(({ metric }) =>
      metrics.includes(metric),
    );
    const low = findings.find(({ samples }) => samples < step.samples);
    if (low !== undefined)
      return `gate ${low.metric}: low data, fewer than ${step.samples} samples`;
    const open = findings.find((finding) => !isProven(finding));
    return open && `gate ${open.metric}: not shown to be within its limit`;
  }

  #approach(name: string, { at, isSettled }: Sighting): void {
    const component = this.#component(name);
    const aim = rungAt(this.#plan, component);
    if (at.stage === 'complete' && isColdRollback(this.#plan, component)) {
      const why = component.holding;
      this.#actions.push({ kind: 'roll back', component: name, why, cold: true });
      return;
    }
    const isFalling = heightOf(aim) < heightOf(at);
    if (isFalling && isBeyondHarbour(at) && !isBeyondHarbour(aim)) {
      if (at.stage === 'complete') return;
      this.#actions.push({
        kind: 'roll back',
        component: name,
        why: component.holding || component.status,
      });
      return;
    }
    const target = isSettled ? stepToward(at, aim) : undefined;
    if (target === undefined || (!isFalling && this.#before.isPaused)) return;
    const isPlaced = component.placed !== null && at.stage === 'live';
    if (!isFalling && component.status !== 'going' && !isPlaced) return;
    const why = isFalling ? `back to ${describeRung(aim)}` : `on to ${describeRung(aim)}`;
    this.#actions.push({ kind: 'transition', component: name, target, why });
  }

  /** The last step that a wish allows. */
  #ceilingOf(name: string, wish: Rung): number {
    return stepsOf(this.#plan, name).findLastIndex((step) => heightOf(step) <= heightOf(wish));
  }

  #hold(name: string, sentence: string): void {
    if (this.#component(name).holding === sentence) return;
    this.#update(name, { holding: sentence });
    this.#record(name, 'hold', `stays: ${sentence}`);
  }

  #component(name: string): ComponentState {
    const component = this.#components.get(name);
    if (component === undefined)
      throw new RangeError(`expected a component of the plan; got ${name}`);
    return component;
  }

  #update(name: string, update: Partial<ComponentState>): void {
    this.#components.set(name, { ...this.#component(name), ...update });
  }

  #record(name: string, verdict: DecisionRecord['verdict'], sentence: string): void {
    const findings = this.#findings.get(name) ?? [];
    const record = { at: this.#look.now, who: 'rollout', component: name, verdict };
    this.#records.push({ ...record, sentence: `${name} ${sentence}`, findings });
  }
}

function hours(ms: number): string {
  if (ms < 60_000) return `${ms / 1000} s`;
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
}
