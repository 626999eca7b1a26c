import { testsIn } from './test-process.mjs';

/**
 * What came of one fault. `caught` and `hung` are what is wanted.
 *
 * @typedef {{ kind: 'caught', by: string }
 *   | { kind: 'hung', seconds: number }
 *   | { kind: 'survived' }
 *   | { kind: 'not tried', why: string }} Outcome
 */

/** @typedef {{ fault: import('./fault.mjs').Fault, outcome: Outcome }} Result */

/**
 * @typedef {object} Check
 * @property {readonly import('./fault.mjs').Fault[]} faults
 * @property {(name: string) => string} folderOf where a package is
 * @property {number} limitSeconds a run that takes longer hangs; where the tests alone are slow, one
 *   that takes four times as long as they do
 * @property {(text: string) => void} onStep
 * @property {(result: Result) => void} onResult
 */

/** On two cores more would only wait for each other. */
const AT_ONCE = 2;

/** For the tests without a fault. */
const PATIENCE_SECONDS = 300;
const HANGS_AFTER = 4;

/**
 * Runs the tests of each package as they are, and then once with each fault.
 *
 * @param {Check} check
 * @returns {Promise<Result[]>} in the order of the faults
 * @throws Error where the tests fail without a fault: then each would seem to be caught
 */
export async function checkFaults({ faults, folderOf, limitSeconds, onStep, onResult }) {
  /** @type {Map<string, number>} */
  const limits = new Map();
  await eachOf([...new Set(faults.map((fault) => fault.package))], async (name) => {
    const begun = performance.now();
    const outcome = await testsIn({ folder: folderOf(name) }, PATIENCE_SECONDS);
    if (outcome.kind !== 'passed') {
      throw new Error(`the tests of ${name} must pass without a fault: ${complaint(outcome)}`);
    }
    const seconds = (performance.now() - begun) / 1000;
    limits.set(name, Math.max(limitSeconds, Math.ceil(HANGS_AFTER * seconds)));
    onStep(`${name}: ${outcome.tests} tests pass without a fault, in ${seconds.toFixed(1)} s`);
  });
  return eachOf(faults, async (fault) => {
    const job = { folder: folderOf(fault.package), fault };
    const outcome = outcomeOf(await testsIn(job, limits.get(fault.package) ?? limitSeconds));
    const result = { fault, outcome };
    onResult(result);
    return result;
  });
}

/**
 * @param {import('./test-process.mjs').ProcessOutcome} outcome
 * @returns {Outcome}
 */
function outcomeOf(outcome) {
  if (outcome.kind === 'failed') return { kind: 'caught', by: outcome.by };
  if (outcome.kind === 'passed') return { kind: 'survived' };
  if (outcome.kind === 'hung') return outcome;
  return { kind: 'not tried', why: complaint(outcome) };
}

/** @param {Exclude<import('./test-process.mjs').ProcessOutcome, { kind: 'passed' }>} outcome */
function complaint(outcome) {
  switch (outcome.kind) {
    case 'failed':
      return `${outcome.by} fails`;
    case 'hung':
      return `they were not done after ${outcome.seconds} s`;
    case 'not loaded':
      return 'no test loads the file';
    case 'not run':
      return `they could not be run: ${outcome.why}`;
  }
}

/**
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} task
 * @returns {Promise<R[]>}
 */
async function eachOf(items, task) {
  /** @type {R[]} */
  const results = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}
