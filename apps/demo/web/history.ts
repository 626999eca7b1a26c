import {
  METRICS,
  type Metric,
  type PageHistory,
  type PageSnapshot,
} from '../server/live/page-messages.js';

export type History = PageHistory;

type Column = readonly (number | null)[];

/** As many seconds as the server keeps. */
const KEPT = 300;

export function emptyHistory(): History {
  return { at: [], figures: {} };
}

/** The history with one more second. */
export function withSecond(history: History, { at, figures }: PageSnapshot): History {
  const columns = Object.entries(figures).map(([name, now]) => {
    const before = history.figures[name];
    const after = METRICS.map((metric): [Metric, Column] => [
      metric,
      appended(before?.[metric] ?? history.at.map(() => null), now[metric]),
    ]);
    return [name, Object.fromEntries(after)] as const;
  });
  return {
    at: appended(history.at, at),
    figures: Object.fromEntries(columns) as unknown as History['figures'],
  };
}

/** The value of a metric at a moment, or the last one. */
export function valueAt(
  history: History,
  {
    of,
    metric,
    at,
  }: { readonly of: string; readonly metric: Metric; readonly at: number | undefined },
): number | null {
  const index =
    at === undefined ? history.at.length - 1 : history.at.findLastIndex((one) => one <= at);
  return history.figures[of]?.[metric][index] ?? null;
}

function appended<T>(column: readonly T[], value: T): readonly T[] {
  return [...column, value].slice(-KEPT);
}
