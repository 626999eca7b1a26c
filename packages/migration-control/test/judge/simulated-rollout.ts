import type { Finding, Metric } from '../../src/judge/finding.js';
import { isProven } from '../../src/judge/finding.js';
import { DEFAULT_LIMITS, type JudgeSettings } from '../../src/judge/judge-limits.js';
import { Judge } from '../../src/judge/judge.js';
import { SimulatedSides, type World } from './simulated-sides.js';

/** How a simulated rollout is watched. */
export interface Watch {
  readonly steps: number;
  readonly windowsPerStep: number;
  readonly pairsPerWindow: number;
  readonly alpha?: number;
  /** Whether it is noted when the gates of the first step open. */
  readonly gates?: 'watched';
  readonly limits?: Partial<JudgeSettings['limits']>;
}

/** How it ended. */
export interface Ending {
  readonly isRolledBack: boolean;
  /** Pairs until then. */
  readonly pairs: number;
  /** Pairs until the gates of the first step were open, where they were. */
  readonly firstOpenAfter: number | undefined;
  /** Steps whose gates were open at their end. */
  readonly openSteps: number;
  readonly findings: readonly Finding[];
}

const GATES: readonly Metric[] = ['latency p50', 'latency p95', 'errors', 'fallbacks', 'hit rate'];
const WINDOW_MS = 30_000;
const FILL_WINDOWS = 10;

/** Judges a simulated service after each window of each step, as a rollout does. */
export function simulateRollout(world: World, watch: Watch): Ending {
  const { steps, windowsPerStep, pairsPerWindow } = watch;
  const service = new SimulatedSides(world, pairsPerWindow);
  const settings: JudgeSettings = {
    limits: { ...DEFAULT_LIMITS, ...watch.limits },
    alpha: (watch.alpha ?? 0.01) / steps,
    gateAlpha: 0.05,
    fillTimeMs: FILL_WINDOWS * WINDOW_MS,
  };
  let judge = new Judge(settings);
  let openSteps = 0;
  let firstOpenAfter: number | undefined;
  for (let step = 0; step < steps; step += 1) {
    if (step > 0)
      judge = new Judge(settings, { latency: { latencies: judge.toJSON().latency.latencies } });
    for (let window = 0; window < windowsPerStep; window += 1) {
      judge.observe(service.observe(), window * WINDOW_MS);
      if (
        watch.gates === 'watched' &&
        step === 0 &&
        firstOpenAfter === undefined &&
        isOpen(judge)
      ) {
        firstOpenAfter = (window + 1) * pairsPerWindow;
      }
      if (judge.isHarmed) {
        const pairs = (step * windowsPerStep + window + 1) * pairsPerWindow;
        return { isRolledBack: true, pairs, firstOpenAfter, openSteps, findings: judge.findings() };
      }
    }
    if (isOpen(judge)) openSteps += 1;
  }
  const pairs = steps * windowsPerStep * pairsPerWindow;
  return { isRolledBack: false, pairs, firstOpenAfter, openSteps, findings: judge.findings() };
}

function isOpen(judge: Judge): boolean {
  return judge.findings().every((found) => !GATES.includes(found.metric) || isProven(found));
}
