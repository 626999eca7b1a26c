import type { Scenario, Verdict } from './scenario.js';
import { scenarios } from './scenarios.js';
import type { SubjectKind } from './subject.js';

/** One hazard and what it did to each subject, in the order of the columns. */
export interface HazardRow {
  readonly scenario: Scenario;
  readonly verdicts: readonly Verdict[];
}

/** Every hazard against every subject. */
export interface HazardTable {
  readonly subjects: readonly SubjectKind[];
  readonly rows: readonly HazardRow[];
}

const MARKS = { held: '✓', broken: '✗', 'not offered': '–' } as const satisfies Record<
  Verdict['kind'],
  string
>;

/** A verdict as it stands in a table. */
export function markOf({ kind }: Verdict): string {
  return MARKS[kind];
}

/** Runs everything, one after the other. Nothing in it is left to chance: every run says the same. */
export async function tableOf(subjects: readonly SubjectKind[]): Promise<HazardTable> {
  const rows: HazardRow[] = [];
  for (const scenario of scenarios) rows.push(await rowOf(scenario, subjects));
  return { subjects, rows };
}

async function rowOf(scenario: Scenario, subjects: readonly SubjectKind[]): Promise<HazardRow> {
  const verdicts: Verdict[] = [];
  for (const { create } of subjects) verdicts.push(await scenario.run(create));
  return { scenario, verdicts };
}
