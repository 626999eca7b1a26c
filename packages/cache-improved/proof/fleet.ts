import { systemClock } from '@resync/cache-contract';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  judge,
  type HistoryVerdict,
  type SharedRead,
  type SharedWrite,
} from '@resync/tooling-history';

/** How the processes of a fleet work. */
export interface FleetSettings {
  readonly url: string;
  /** Of the second process, where it goes another way. */
  readonly secondUrl?: string;
  readonly namespace: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly tiers?: { readonly memoryTtl: number };
  readonly clears: boolean;
  readonly valueLength?: number;
}

/** What one process tells when it ends. */
interface Report {
  readonly writes: readonly SharedWrite[];
  readonly reads: readonly SharedRead[];
  readonly failures: Readonly<Record<string, number>>;
  readonly unhandled: readonly string[];
  readonly longestMs: number;
  readonly longestStallMs: number;
  readonly operations: number;
  readonly peakHeap: number;
  /** When each call began that succeeded. */
  readonly successes: readonly number[];
}

/** What came of it. */
export interface FleetResult extends HistoryVerdict {
  readonly operations: number;
  readonly reads: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly unhandled: readonly string[];
  readonly exitCodes: readonly (number | null)[];
  /** The longest call, in milliseconds. */
  readonly longestMs: number;
  /** For how long a process was held up itself, at most. */
  readonly longestStallMs: number;
  readonly peakHeapMb: number;
  /** Milliseconds from a moment until every process has begun a call that succeeded. */
  readonly recoveredAfter: (moment: number) => number;
}

const PROGRAM = fileURLToPath(new URL('load-process.mjs', import.meta.url));

/** The clock that all processes of the machine share, in milliseconds. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** So much time passes: what is proved here is proved in real time. */
export const passes = (ms: number): Promise<void> =>
  new Promise((resolve) => void systemClock.schedule(resolve, ms));

/** Two processes that use one shared cache, while something happens to its server. */
export async function underLoad(
  settings: FleetSettings,
  happens: () => Promise<void>,
): Promise<FleetResult> {
  const processes = [1, 2].map((by) =>
    fork(
      PROGRAM,
      [
        JSON.stringify({
          ...settings,
          by,
          url: by === 2 ? (settings.secondUrl ?? settings.url) : settings.url,
        }),
      ],
      { stdio: 'inherit' },
    ),
  );
  await Promise.all(processes.map((each) => once(each, 'message')));
  await happens();
  const ended = await Promise.all(processes.map((each) => stop(each)));
  const reports = ended.map(({ report }) => report);
  const writes = reports.flatMap((report) => report.writes);
  const reads = reports.flatMap((report) => report.reads);
  const failures: Record<string, number> = {};
  for (const report of reports) {
    for (const [name, count] of Object.entries(report.failures)) {
      failures[name] = (failures[name] ?? 0) + count;
    }
  }
  return {
    ...judge(writes, reads),
    operations: reports.reduce((sum, report) => sum + report.operations, 0),
    reads: reads.length,
    failures,
    unhandled: reports.flatMap((report) => report.unhandled),
    exitCodes: ended.map(({ code }) => code),
    longestMs: Math.max(...reports.map((report) => report.longestMs)),
    longestStallMs: Math.max(...reports.map((report) => report.longestStallMs)),
    peakHeapMb: Math.max(...reports.map((report) => report.peakHeap)) / 2 ** 20,
    recoveredAfter: (moment) =>
      Math.max(
        ...reports.map(
          ({ successes }) => Math.min(...successes.filter((begun) => begun >= moment)) - moment,
        ),
      ),
  };
}

async function stop(child: ChildProcess): Promise<{ report: Report; code: number | null }> {
  const reported = once(child, 'message') as Promise<[Report]>;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.send('stop');
  const [report] = await reported;
  const [code] = await exited;
  return { report, code };
}
