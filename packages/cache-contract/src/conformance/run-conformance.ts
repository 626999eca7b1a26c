import type { Facet } from './conformance-case.js';
import { conformanceCases } from './conformance-cases.js';
import { runCase, type CacheFactory, type ConformanceOptions } from './run-case.js';

/** How one case ended. */
export interface CaseReport {
  readonly facet: Facet;
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or the message of the failure. */
  readonly reason?: string;
}

/** How the whole suite ended. */
export interface ConformanceReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly CaseReport[];
}

/** Runs the suite without a test runner, one case after the other, and reports. Never rejects for a failing cache. */
export async function runConformance(
  factory: CacheFactory,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const cases: CaseReport[] = [];
  for (const testCase of conformanceCases) {
    const { facet, title } = testCase;
    try {
      const outcome = await runCase(testCase, factory, options);
      cases.push(
        outcome.kind === 'skipped'
          ? { facet, title, result: 'skipped', reason: outcome.reason }
          : { facet, title, result: 'passed' },
      );
    } catch (error) {
      cases.push({ facet, title, result: 'failed', reason: String(error) });
    }
  }
  const count = (result: CaseReport['result']): number =>
    cases.filter((report) => report.result === result).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases };
}
