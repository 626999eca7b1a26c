import { checkPlan, type RolloutPlan } from '@resync/migration-control';

/** To show that fewer than 0.1 % of the calls fail takes thousands of them, which is hours of a gentle load. */
const SHARES = { hold: 0.05, rollback: 0.1 };

const GATES = ['health', 'memory'];
const SHADOW_GATES = ['latency', 'health', 'memory'];
const LIVE_GATES = ['latency', 'errors', 'fallbacks', 'health', 'memory'];
const SAMPLES = 20;

/** The plan of the users with seconds in place of hours, so that one can watch it. */
export function demoPlan(components: readonly string[]): RolloutPlan {
  const step = { atLeast: '6s', samples: SAMPLES };
  const steps = [
    { ...step, stage: 'dualwrite', gates: GATES },
    { ...step, stage: 'shadow', gates: SHADOW_GATES },
    { ...step, stage: 'live', percentage: 0, atLeast: '0s', samples: 0, gates: ['health', 'memory'] },
    ...[10, 25, 50, 100].map((percentage) => ({
      ...step,
      stage: 'live',
      percentage,
      gates: LIVE_GATES,
    })),
  ];
  return checkPlan({
    version: 1,
    components: components.map((name) => ({ name, steps, watch: '6s' })),
    limits: { errors: SHARES, fallbacks: SHARES, mismatches: SHARES },
    finish: {
      after: '60s',
      steps: [
        { ...step, stage: 'rampdown', gates: [], approval: true },
        { ...step, stage: 'complete', gates: [], approval: true },
      ],
    },
  });
}
