import { spawn } from 'node:child_process';

/**
 * Runs a program to its end, and gives back what it printed to stdout.
 *
 * @throws Error with all that it printed
 */
export function runTool(
  [program = '', ...args]: readonly string[],
  { cwd, environment = {} }: { cwd: string; environment?: Readonly<Record<string, string>> },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...environment } });
    let [result, output] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      result += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(result);
      else
        reject(new Error(`${program} ${args.join(' ')} in ${cwd} ended with ${code}:\n${output}`));
    });
  });
}
