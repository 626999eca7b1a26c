import { readFile } from 'node:fs/promises';
import type { Process } from './process-fleet.js';
import { SharedHistory } from './shared-history.js';

/** When one process began to run an epoch. */
export interface Heard {
  readonly process: string;
  readonly epoch: number;
  /** Microseconds. */
  readonly at: number;
  /** The state that the process found when it was started. */
  readonly isFirst: boolean;
}

/** What the processes wrote down. */
export interface Logs {
  readonly history: SharedHistory;
  readonly heard: readonly Heard[];
  /** When the controller sent the change that begins an epoch. */
  readonly changes: ReadonlyMap<number, number>;
  readonly stages: ReadonlySet<string>;
  /** How often each error came. */
  readonly errors: ReadonlyMap<string, number>;
  readonly unhandled: readonly string[];
}

type Line = readonly [kind: string, ...rest: (string | number | null)[]];

/** A command of a process that was killed may be in its socket so long, in microseconds. */
const LATE = 500_000;

export async function readLogs(processes: readonly Process[]): Promise<Logs> {
  const history = new SharedHistory();
  const heard: Heard[] = [];
  const changes = new Map<number, number>();
  const stages = new Set<string>();
  const errors = new Map<string, number>();
  const unhandled: string[] = [];
  for (const { name, log } of processes) {
    const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
    let last = 0;
    for (const text of lines) {
      const [kind, ...rest] = JSON.parse(text) as Line;
      const [first, second, third, fourth, fifth] = rest;
      if (kind === 'write') {
        last = Number(fourth);
        history.begin(String(first), {
          key: second as string | null,
          value: third as string | null,
          process: name,
          begun: last,
        });
      } else if (kind === 'written') {
        last = Number(third);
        history.end(String(first), {
          isAcknowledged: second === 'acknowledged',
          ended: last,
          epoch: Number(fourth),
        });
      } else if (kind === 'read' && second !== null) {
        history.read({
          key: String(first),
          value: String(second),
          process: name,
          begun: Number(third),
          ended: Number(fourth),
          epoch: Number(fifth),
        });
      } else if (kind === 'state') {
        const isFirst = !heard.some(({ process }) => process === name);
        heard.push({ process: name, epoch: Number(first), at: Number(fourth), isFirst });
        stages.add(second === 'live' ? `live ${third}` : String(second));
      } else if (kind === 'change') {
        changes.set(Number(first), Number(second));
      } else if (kind === 'error') {
        errors.set(String(first), (errors.get(String(first)) ?? 0) + 1);
      } else if (kind === 'unhandled') {
        unhandled.push(`${name}: ${String(first)}`);
      }
    }
    history.gone(name, last + LATE);
  }
  return { history, heard, changes, stages, errors, unhandled };
}
