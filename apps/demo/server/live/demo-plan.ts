import { checkPlan, type RolloutPlan } from '@resync/migration-control';

/** To show that fewer than 0.1 % of the calls fail takes thousands of them, which is hours of a gentle load. */
const SHARES = { hold: 0.05, rollback: 0.1 };

/** Caches in memory answer within microseconds; what is above them is this process being busy with something else. */
const FLOOR_MS = 2;

const GATES = ['health', 'memory'];
const SHADOW_GATES = ['latency', 'health', 'memory'];
const LIVE_GATES = ['latency', 'errors', 'fallbacks', 'health', 'memory'];
/** Few keys: it may be that next answers for none of them before 100 %, and cannot fail either. */
const FEW_KEYS = { components: ['core'], gates: ['latency', 'health', 'memory'] };
/**
 * Before `live` nothing but writes reaches a next that several processes share, and then only what it
 * answers for: so few pairs open no gate on latency. What is too slow is rolled back all the same.
 */
const SHARED = {
  fewKeys: ['core', 'health'],
  gates: GATES,
  liveGates: ['errors', 'fallbacks', 'health', 'memory'],
};
/** One gate in four may open though next is at its limit; who waits for hours asks for one in twenty. */
const GATE_ALPHA = 0.25;
const SAMPLES = 20;

/**
 * The plan of the users with seconds in place of hours, so that one can watch it.
 *
 * @param sides whether the caches are those of one process, or several share them
 */
export function demoPlan(
  components: readonly string[],
  sides: 'own' | 'shared' = 'own',
): RolloutPlan {
  const step = { atLeast: '4s', samples: SAMPLES };
  const stepsOf = (name: string): readonly object[] => [
    { ...step, stage: 'dualwrite', gates: GATES },
    { ...step, stage: 'shadow', gates: sides === 'own' ? SHADOW_GATES : SHARED.gates },
    {
      ...step,
      stage: 'live',
      percentage: 0,
      atLeast: '0s',
      samples: 0,
      gates: ['health', 'memory'],
    },
    ...[10, 25, 50, 100].map((percentage) => ({
      ...step,
      stage: 'live',
      percentage,
      gates: liveGatesOf(name, sides),
    })),
  ];
  return checkPlan({
    version: 1,
    components: components.map((name) => ({ name, steps: stepsOf(name), watch: '4s' })),
    gateAlpha: GATE_ALPHA,
    limits: {
      latencyFloorMs: FLOOR_MS,
      errors: SHARES,
      fallbacks: SHARES,
      mismatches: SHARES,
    },
    finish: {
      after: '60s',
      steps: [
        { ...step, stage: 'rampdown', gates: [], approval: true },
        { ...step, stage: 'complete', gates: [], approval: true },
      ],
    },
  });
}

function liveGatesOf(name: string, sides: 'own' | 'shared'): readonly string[] {
  if (sides === 'shared') return SHARED.fewKeys.includes(name) ? SHARED.gates : SHARED.liveGates;
  return FEW_KEYS.components.includes(name) ? FEW_KEYS.gates : LIVE_GATES;
}
