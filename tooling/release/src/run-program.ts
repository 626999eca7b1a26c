import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What came of a program. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A hang guard. */
const AT_MOST_MS = 60_000;

/** Writes a program into a folder and runs it there to its end. */
export function runProgram(
  folder: string,
  { name, code }: { readonly name: string; readonly code: string },
): Ended {
  writeFileSync(join(folder, name), code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], {
    cwd: folder,
    encoding: 'utf8',
    timeout: AT_MOST_MS,
  });
  return { code: status, stdout, stderr };
}
