import type { Behaviour } from '../behaviour.js';

/** What a finding means for a migration. */
export type PreflightVerdict = 'blocks' | 'warning' | 'fine';

/** One question, what each side answers, and what follows. */
export interface PreflightFinding {
  readonly behaviour: Behaviour;
  readonly question: string;
  /** What the side does, in words. */
  readonly legacy: string;
  readonly next: string;
  /**
   * `hidden`: the backends differ, their adapters hide it. `hazard`: both sides do the same, and that
   * is what makes a migration of them dangerous. `not probed`: one side could not be asked.
   */
  readonly result: 'same' | 'different' | 'hidden' | 'hazard' | 'not probed';
  readonly verdict: PreflightVerdict;
  /** What to do about it; left out where there is nothing to do. */
  readonly advice?: string;
}

/** Every behavioural difference between two caches that was looked for. Plain data, ready for JSON. */
export interface PreflightReport {
  /** The behaviours in which the two differ, on the surface or beneath their adapters. */
  readonly differences: readonly Behaviour[];
  /** The behaviours that they share, and that are dangerous because of that. */
  readonly hazards: readonly Behaviour[];
  readonly blocks: number;
  readonly warnings: number;
  readonly notProbed: number;
  readonly findings: readonly PreflightFinding[];
}

/** Adds the findings up. */
export function reportOf(findings: readonly PreflightFinding[]): PreflightReport {
  const behaviours = (...results: readonly PreflightFinding['result'][]): readonly Behaviour[] => [
    ...new Set(
      findings.filter(({ result }) => results.includes(result)).map(({ behaviour }) => behaviour),
    ),
  ];
  const count = (verdict: PreflightVerdict): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    differences: behaviours('different', 'hidden'),
    hazards: behaviours('hazard'),
    blocks: count('blocks'),
    warnings: count('warning'),
    notProbed: findings.filter(({ result }) => result === 'not probed').length,
    findings,
  };
}
