import { spawn } from 'node:child_process';

/** A program ended with an exit code; `output` is what it printed, where that was kept, `isShown` whether it was shown too. */
export class ChildFailure extends Error {
  /**
   * @param {string} program
   * @param {number | string} code exit code or signal
   * @param {string} output
   */
  constructor(program, code, output) {
    super(`${program} ended with ${code}`);
    this.code = code;
    this.output = output;
    this.isShown = output === '';
  }
}

/**
 * Where a program's output goes.
 *
 * @typedef {'shown' | 'kept'} Output
 */

/** @type {Record<Output, import('node:child_process').StdioOptions>} */
const STDIO = {
  shown: 'inherit',
  kept: ['ignore', 'pipe', 'pipe'],
};

/**
 * Runs a program to its end. It gets the signals that this process gets.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, output: Output, shell?: boolean }} options
 * @returns {Promise<string>} what it printed, where that was kept
 */
export function runChild(program, args, { cwd, env = process.env, output, shell = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      stdio: STDIO[output],
    });
    let kept = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        kept += text;
      });
    }
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.on('SIGINT', forward);
    const settle = () => {
      process.off('SIGTERM', forward);
      process.off('SIGINT', forward);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, signal) => {
      settle();
      if (code === 0) resolve(kept);
      else reject(new ChildFailure(program, signal ?? code ?? 'nothing', kept));
    });
  });
}
