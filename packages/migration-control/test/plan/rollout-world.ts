import { NOTHING_SEEN, type Observation } from '../../src/judge/observation.js';
import type { DecisionRecord, RolloutAction } from '../../src/plan/decision.js';
import { checkPlan } from '../../src/plan/parse-plan.js';
import type { RolloutPlan } from '../../src/plan/rollout-plan.js';
import { applyEvent, type RolloutEvent } from '../../src/plan/rollout-event.js';
import { beginRollout, resumeRollout, type RolloutState } from '../../src/plan/rollout-state.js';
import { isSameRung, OFF, type Rung } from '../../src/plan/rung.js';
import { tick } from '../../src/plan/tick.js';

/** A plan of two components, of a minute a step, whose gates need something. */
export function smallPlan(): RolloutPlan {
  const gates = ['latency', 'errors', 'health'];
  const step = (percentage: number): object => ({
    stage: 'live',
    percentage,
    atLeast: '1m',
    gates,
  });
  const steps = [
    { stage: 'dualwrite', atLeast: '1m', gates: ['health'] },
    { stage: 'shadow', atLeast: '1m', gates: ['health'] },
    { stage: 'live', percentage: 0, atLeast: '0s', gates: ['health'] },
    step(10),
    step(50),
    step(100),
  ];
  return checkPlan({
    version: 1,
    components: [
      { name: 'core', steps, watch: '5m' },
      { name: 'llm', steps, watch: '5m' },
    ],
    finish: {
      after: '1h',
      removable: '1d',
      steps: [
        { stage: 'rampdown', atLeast: '1m', gates: ['health'], approval: true },
        { stage: 'complete', atLeast: '1m', gates: [], approval: true },
      ],
    },
  });
}

/** Next as it should be, or slower by a factor; many pairs of several keys. */
export function observation(slowdown = 1, given: Partial<Observation> = {}): Observation {
  const pairs = 120;
  const column = (value: (pair: number) => number): number[] =>
    Array.from({ length: pairs }, (_, pair) => value(pair));
  return {
    ...NOTHING_SEEN,
    pairs: {
      bucket: column((pair) => pair % 64),
      legacyMs: column((pair) => 2 + (pair % 7)),
      nextMs: column((pair) => slowdown * (2 + (pair % 7))),
      hits: column(() => 3),
    },
    errors: { count: 0, of: 10_000 },
    health: 'passing',
    memory: 'within',
    ...given,
  };
}

/** The ladder of the protocol, written down once more. */
const NEIGHBOURS: readonly (readonly [from: string, to: string])[] = [
  ['off 0', 'dualwrite 0'],
  ['dualwrite 0', 'shadow 0'],
  ['shadow 0', 'live 0'],
  ['live 100', 'rampdown 100'],
];
const ONE_WAY: readonly (readonly [from: string, to: string])[] = [
  ['rampdown 100', 'complete 100'],
  ['rampdown 100', 'live 0'],
];

/** Whether the protocol allows the step; `live` to `live` is one, at any percentage. */
export function isNeighbour(from: Rung, to: Rung): boolean {
  if (from.stage === 'live' && to.stage === 'live') return !isSameRung(from, to);
  const name = ({ stage, percentage }: Rung): string => `${stage} ${percentage}`;
  const isListed = (one: Rung, other: Rung, list: typeof NEIGHBOURS): boolean =>
    list.some(([below, above]) => below === name(one) && above === name(other));
  return (
    isListed(from, to, NEIGHBOURS) || isListed(to, from, NEIGHBOURS) || isListed(from, to, ONE_WAY)
  );
}

/** Both components as a table of where they are; carries out what is asked, and refuses what is illegal. */
export class RolloutWorld {
  readonly plan: RolloutPlan;
  readonly at = new Map<string, Rung>();
  readonly records: DecisionRecord[] = [];
  readonly actions: RolloutAction[] = [];
  readonly faults: string[] = [];
  readonly seen = new Map<string, Observation>();
  state: RolloutState;
  now = Date.UTC(2026, 0, 1);
  lookedAt = this.now;

  constructor(plan: RolloutPlan = smallPlan()) {
    this.plan = plan;
    this.state = beginRollout(plan, true);
    for (const { name } of plan.components) {
      this.at.set(name, OFF);
      this.seen.set(name, observation());
    }
  }

  where(name: string): Rung {
    return this.at.get(name) ?? OFF;
  }

  /** Time passes, and everything is looked at. `decide`: nothing of what is asked is carried out. */
  look(ms = 60_000, mode: 'act' | 'decide' = 'act'): readonly RolloutAction[] {
    this.now += ms;
    const from = this.lookedAt;
    this.lookedAt = this.now;
    const seen = Object.fromEntries(
      [...this.at].map(([name, at]) => [
        name,
        { at, isSettled: true, observation: this.seen.get(name) ?? NOTHING_SEEN, from },
      ]),
    );
    const outcome = tick(this.plan, this.state, { now: this.now, seen });
    this.state = outcome.state;
    this.records.push(...outcome.records);
    this.actions.push(...outcome.actions);
    if (mode === 'act') for (const action of outcome.actions) this.act(action);
    return outcome.actions;
  }

  event(event: RolloutEvent): void {
    const { now } = this;
    const outcome = applyEvent(this.plan, this.state, { event, who: 'ann', now });
    this.state = outcome.state;
    this.records.push(...outcome.records);
    this.actions.push(...outcome.actions);
    for (const action of outcome.actions) this.act(action);
  }

  /** Somebody else reads what was written down, and carries on. */
  takeOver(): void {
    this.state = resumeRollout(this.plan, JSON.stringify(this.state));
    this.event({ kind: 'taken over' });
  }

  act(action: RolloutAction): void {
    const from = this.where(action.component);
    if (action.kind === 'transition') {
      if (!isNeighbour(from, action.target)) {
        this.faults.push(`from ${JSON.stringify(from)} to ${JSON.stringify(action.target)}`);
      }
      this.at.set(action.component, action.target);
    }
    if (action.kind === 'roll back') {
      if (from.stage === 'complete') {
        if (action.cold) this.at.set(action.component, { stage: 'live', percentage: 100 });
        else this.faults.push('a warm rollback from complete');
        return;
      }
      const isInLive = from.stage === 'live' || from.stage === 'rampdown';
      this.at.set(action.component, isInLive ? { stage: 'live', percentage: 0 } : OFF);
    }
  }

  /** Looks until a component is there. */
  lookUntil(name: string, rung: Rung): void {
    for (let looks = 0; looks < 300; looks += 1) {
      if (isSameRung(this.where(name), rung)) return;
      this.look();
    }
    throw new Error(
      `expected ${name} in ${JSON.stringify(rung)}; got ${JSON.stringify(this.where(name))}: ${this.lastOf(name)}`,
    );
  }

  lastOf(name: string): string {
    return this.records.findLast(({ component }) => component === name)?.sentence ?? '';
  }
}
