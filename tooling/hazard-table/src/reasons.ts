import { markOf, type HazardRow, type HazardTable } from '@resync/tooling-hazards';

/** What several subjects have in common in one row, in words. */
export interface Reason {
  readonly mark: string;
  readonly text: string;
  /** Which columns, from 0 on. */
  readonly columns: readonly number[];
}

/** Why the marks of a row are what they are; a hazard that simply held needs no words. */
export function reasonsOf({ verdicts }: HazardRow): readonly Reason[] {
  const reasons = new Map<string, { mark: string; text: string; columns: number[] }>();
  for (const [column, verdict] of verdicts.entries()) {
    const text =
      verdict.kind === 'held'
        ? verdict.note
        : verdict.kind === 'broken'
          ? verdict.saw
          : verdict.why;
    if (text === undefined) continue;
    const mark = markOf(verdict);
    const reason = reasons.get(mark + text) ?? { mark, text, columns: [] };
    reason.columns.push(column);
    reasons.set(mark + text, reason);
  }
  return [...reasons.values()];
}

/** How many hazards broke each subject. */
export function brokenCounts({ subjects, rows }: HazardTable): readonly number[] {
  return subjects.map(
    (_, column) => rows.filter(({ verdicts }) => verdicts[column]?.kind === 'broken').length,
  );
}
