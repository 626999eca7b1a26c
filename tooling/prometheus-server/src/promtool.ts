import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What `promtool` said. */
export interface PromtoolResult {
  /** 0: nothing to complain about. */
  readonly code: number | null;
  /** Both of its outputs. */
  readonly output: string;
}

/** Runs `promtool` in a folder; `input` is what it reads. */
export async function promtool(
  args: readonly string[],
  { folder = '.', input = '' }: { readonly folder?: string; readonly input?: string } = {},
): Promise<PromtoolResult> {
  const child = spawn('promtool', args, { cwd: folder });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.end(input);
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: `${output}${errors}` };
}
