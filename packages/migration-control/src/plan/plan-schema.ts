import { z } from 'zod';
import { DEFAULT_LIMITS } from '../judge/judge-limits.js';
import { duration } from './duration.js';
import { GATES } from './gate.js';
import { asPercentage, HARBOUR, heightOf, isSameRung, OFF, stepToward, type Rung } from './rung.js';

const share = z.number().min(0).max(1);
const limit = z
  .strictObject({ hold: share, rollback: share })
  .refine(({ hold, rollback }) => hold <= rollback, 'expected hold to be at most rollback')
  .refine(({ rollback }) => rollback > 0 && rollback < 1, 'expected rollback between 0 and 1');

const limits = z
  .strictObject({
    latency: limit,
    latencyFloorMs: z.number().min(0),
    errors: limit,
    fallbacks: limit,
    hitRate: limit,
    mismatches: limit,
  })
  .partial()
  .transform((given) => ({ ...DEFAULT_LIMITS, ...withoutUndefined(given) }));

const step = z
  .strictObject({
    stage: z.enum(['dualwrite', 'shadow', 'live', 'rampdown', 'complete']),
    /** With two decimals. */
    percentage: z.number().min(0).max(100).transform(asPercentage).optional(),
    /** The least time at the step. */
    atLeast: duration.default(15 * 60_000),
    /** The least number of samples behind each gate. */
    samples: z.int().min(0).default(100),
    gates: z.array(z.enum(GATES)).default([]),
    /** Whether somebody has to say yes before the step is *entered*. */
    approval: z.boolean().default(false),
  })
  .refine(
    ({ stage, percentage }) => (stage === 'live') === (percentage !== undefined),
    'expected a percentage in live, and in live only',
  )
  .transform(({ stage, percentage, atLeast, ...rest }) => ({
    ...rest,
    stage,
    percentage: percentage ?? (stage === 'rampdown' || stage === 'complete' ? 100 : 0),
    atLeastMs: atLeast,
  }));

const LIVE_GATES = ['latency', 'errors', 'fallbacks', 'hit rate', 'health', 'memory'] as const;

/** The steps that the plan of the users names, with those before them. */
const DEFAULT_STEPS = [
  { stage: 'dualwrite', gates: ['errors', 'health', 'memory'] },
  { stage: 'shadow', gates: ['errors', 'mismatches', 'latency', 'health', 'memory'] },
  { stage: 'live', percentage: 0, atLeast: '0s', gates: ['health', 'memory'] },
  { stage: 'live', percentage: 10, gates: [...LIVE_GATES] },
  { stage: 'live', percentage: 25, gates: [...LIVE_GATES] },
  { stage: 'live', percentage: 50, gates: [...LIVE_GATES] },
  { stage: 'live', percentage: 100, gates: [...LIVE_GATES] },
] as const;

const FINISH_STEPS = [
  { stage: 'rampdown', gates: ['errors', 'health', 'memory'], approval: true },
  { stage: 'complete', gates: [], approval: true },
] as const;

const climb = z
  .array(step)
  .min(1)
  .superRefine((steps, context) => {
    refuseGaps([OFF, ...steps], context);
    const last = steps.at(-1);
    if (last !== undefined && !isSameRung(last, TOP)) {
      context.addIssue('expected the last step to be live 100');
    }
    if (!steps.some((rung) => isSameRung(rung, HARBOUR))) {
      context.addIssue('expected a step live 0, where a rollback goes');
    }
  });

const TOP: Rung = { stage: 'live', percentage: 100 };

const component = z.strictObject({
  name: z.string().min(1).max(100),
  steps: climb.prefault([...DEFAULT_STEPS].map(copied)),
  /** How long the component is watched at the top before the next one begins. */
  watch: duration.default(4 * 3_600_000),
});

/** A rollout plan as it is written: what may be left out, and what then counts. */
export const planSchema = z.strictObject({
  version: z.literal(1),
  components: z
    .array(component)
    .min(1)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      'expected each name once',
    ),
  /** The chance, at most, that a component is rolled back though no limit is passed. */
  alpha: z.number().gt(0).max(0.5).default(0.01),
  /** The chance, at most, that a gate opens though next is at its limit. */
  gateAlpha: z.number().gt(0).max(0.5).default(0.05),
  /** How long after the start of a step a next that fills up is not judged by its hit rate. */
  fillTime: duration.default(10 * 60_000),
  limits: limits.prefault({}),
  finish: z
    .strictObject({
      /** How long all components are at the top before the first goes on. */
      after: duration.default(7 * 86_400_000),
      steps: z
        .array(step)
        .superRefine((steps, context) => refuseGaps([TOP, ...steps], context))
        .prefault([...FINISH_STEPS].map(copied)),
      /** How long after the last `complete` legacy may be taken out of the code. */
      removable: duration.default(30 * 86_400_000),
    })
    .prefault({}),
});

function refuseGaps(rungs: readonly Rung[], context: z.RefinementCtx): void {
  rungs.slice(1).forEach((rung, index) => {
    const before = rungs[index] ?? OFF;
    const isNeighbour =
      heightOf(rung) > heightOf(before) && isSameRung(stepToward(before, rung) ?? before, rung);
    if (!isNeighbour) {
      context.addIssue({
        code: 'custom',
        path: [index],
        message: 'expected each step to be the neighbour above the one before it',
      });
    }
  });
}

function copied<T extends { readonly gates: readonly string[] }>(
  one: T,
): Omit<T, 'gates'> & { gates: T['gates'][number][] } {
  return { ...one, gates: [...one.gates] };
}

function withoutUndefined<T extends object>(
  given: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
