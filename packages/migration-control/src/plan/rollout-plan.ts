import type { JudgeLimits } from '../judge/judge-limits.js';
import type { Gate } from './gate.js';
import type { Rung } from './rung.js';

/** One step of a plan. */
export interface PlanStep extends Rung {
  readonly stage: 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';
  /** The least time at the step, in milliseconds. */
  readonly atLeastMs: number;
  /** The least number of samples behind each gate. */
  readonly samples: number;
  /** What has to be shown before the step ends. */
  readonly gates: readonly Gate[];
  /** Whether somebody has to say yes before the step is entered. */
  readonly approval: boolean;
}

/** A rollout plan with everything decided; times are in milliseconds. */
export interface RolloutPlan {
  readonly version: 1;
  /** In their order. */
  readonly components: readonly {
    readonly name: string;
    /** From `dualwrite` to `live 100`. */
    readonly steps: readonly PlanStep[];
    /** How long the component is watched at the top before the next one begins. */
    readonly watch: number;
  }[];
  /** The chance, at most, that a component is rolled back though no limit is passed. */
  readonly alpha: number;
  /** The chance, at most, that a gate opens though next is at its limit. */
  readonly gateAlpha: number;
  /** How long after the start of a step a next that fills up is not judged by its hit rate. */
  readonly fillTime: number;
  readonly limits: JudgeLimits;
  readonly finish: {
    /** How long all components are at the top before the first goes on. */
    readonly after: number;
    readonly steps: readonly PlanStep[];
    /** How long after the last one has finished legacy may be taken out of the code. */
    readonly removable: number;
  };
}
