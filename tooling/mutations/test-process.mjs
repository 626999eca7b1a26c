import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./run-tests.mjs').TestOutcome | { kind: 'hung', seconds: number }} ProcessOutcome */

const PROGRAM = fileURLToPath(new URL('./run-tests.mjs', import.meta.url));
const LAST_CHARACTERS = 2000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) end(child);
});

/**
 * Runs the tests in a process, which is ended where it takes longer than the limit.
 *
 * @param {import('./run-tests.mjs').Job} job
 * @param {number} limitSeconds
 * @returns {Promise<ProcessOutcome>}
 */
export function testsIn(job, limitSeconds) {
  return new Promise((resolve) => {
    const child = fork(PROGRAM, [], {
      cwd: job.folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // The leader of a group of its own: with it goes the process that hangs, which it started.
      detached: process.platform !== 'win32',
    });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-LAST_CHARACTERS);
      });
    }
    const settle = (/** @type {ProcessOutcome} */ outcome) => {
      clearTimeout(limit);
      running.delete(child);
      end(child);
      resolve(outcome);
    };
    const limit = setTimeout(
      () => settle({ kind: 'hung', seconds: limitSeconds }),
      limitSeconds * 1000,
    );
    child.on('message', (outcome) => settle(/** @type {ProcessOutcome} */ (outcome)));
    child.on('error', (error) => settle({ kind: 'not run', why: String(error) }));
    child.on('close', (code, signal) =>
      settle({ kind: 'not run', why: `the process ended with ${signal ?? code}:\n${output}` }),
    );
    child.send(job);
  });
}

/** Without what a test runner tells its own processes: this may run beneath one. */
function environment() {
  const entries = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$)/.test(name));
  return Object.fromEntries(entries);
}

/** @param {import('node:child_process').ChildProcess} child */
function end(child) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
