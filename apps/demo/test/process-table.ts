import { spawnSync } from 'node:child_process';

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The processes that a process started and that are there now. */
export function childrenOf(pid: number | undefined): readonly number[] {
  return pid === undefined ? [] : childrenIn(parents(), pid);
}

/** A process, and all that came of it and are there now. */
export function familyOf(pid: number | undefined): readonly number[] {
  const table = parents();
  const family = pid === undefined ? [] : [pid];
  for (const member of family) family.push(...childrenIn(table, member));
  return family;
}

type Row = readonly [pid: number, parent: number];

function parents(): readonly Row[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = NaN, parent = NaN] = line.trim().split(/\s+/).map(Number);
      return [pid, parent];
    });
}

function childrenIn(table: readonly Row[], of: number): readonly number[] {
  return table.flatMap(([pid, parent]) => (parent === of ? [pid] : []));
}
