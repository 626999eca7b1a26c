import type { CriticalPath } from '../../consumers/tws/tws-data.js';

/** A job as the plan sees it. */
export interface PlannedJob {
  readonly id: string;
  readonly estimatedSeconds: number;
  /** By their index; all of them lower than its own. */
  readonly predecessors: readonly number[];
}

/** The chain with the longest time; of chains that are as long, the first. */
export function criticalPathOf(jobs: readonly PlannedJob[]): CriticalPath {
  const longest: { readonly seconds: number; readonly before: number | undefined }[] = [];
  for (const { estimatedSeconds, predecessors } of jobs) {
    let before: number | undefined;
    for (const index of predecessors) {
      if (secondsAt(index) > (before === undefined ? 0 : secondsAt(before))) before = index;
    }
    longest.push({
      seconds: estimatedSeconds + (before === undefined ? 0 : secondsAt(before)),
      before,
    });
  }
  function secondsAt(index: number): number {
    return longest[index]?.seconds ?? 0;
  }
  let last = 0;
  for (let index = 1; index < longest.length; index += 1) {
    if (secondsAt(index) > secondsAt(last)) last = index;
  }
  const chain: CriticalPath['jobs'][number][] = [];
  for (let at: number | undefined = last; at !== undefined; at = longest[at]?.before) {
    const job = jobs[at];
    if (job === undefined) break;
    chain.unshift({ id: job.id, estimatedSeconds: job.estimatedSeconds });
  }
  return { jobs: chain, estimatedSeconds: secondsAt(last) };
}
