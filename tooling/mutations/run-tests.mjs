// A program of its own: it runs the tests of one package with one fault in it, and sends its parent
// what came of that. The faulty source is never written: the loader gets it in the place of the file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { seed } from './fault.mjs';

/** @import { TestCase, TestModule, TestSequencer, TestSpecification } from 'vitest/node' */

/**
 * @typedef {object} Job
 * @property {string} folder of the package
 * @property {import('./fault.mjs').Fault} [fault] left out: the tests as they are
 */

/**
 * What came of the tests.
 *
 * @typedef {{ kind: 'passed', tests: number }
 *   | { kind: 'failed', by: string }
 *   | { kind: 'not loaded' }
 *   | { kind: 'not run', why: string }} TestOutcome
 */

/** What they prove hangs on what is installed on the machine. */
const NEEDS_A_SERVER = 'test/{redis,memcached}-*.test.ts';

process.once('message', (/** @type {Job} */ job) => {
  void runTests(job).then((outcome) => process.send?.(outcome, () => process.exit()));
});

// Without a parent there is nobody to tell: the whole group ends, the process that may hang as well.
process.once('disconnect', () => {
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
});

/**
 * @param {Job} job
 * @returns {Promise<TestOutcome>}
 */
async function runTests({ folder, fault }) {
  const seeding = fault === undefined ? undefined : seedingOf(folder, fault);
  /** @type {string | undefined} */
  let failed;
  const vitest = await startVitest(
    'test',
    [],
    {
      root: folder,
      watch: false,
      // The first failure is enough, and the quick tests come before the long ones.
      bail: 1,
      // What takes a second without a fault hangs with it.
      testTimeout: HANGING_TEST_MS,
      sequence: { shuffle: false, sequencer: LongestLast },
      // As many runs at once as the caller starts: each is one process that starts once.
      pool: 'forks',
      isolate: false,
      fileParallelism: false,
      exclude: [NEEDS_A_SERVER],
      cache: false,
      reporters: [
        {
          onTestCaseResult(test) {
            if (test.result().state === 'failed') failed ??= nameOf(test);
          },
        },
      ],
    },
    { plugins: seeding === undefined ? [] : [seeding.plugin] },
  );
  const modules = vitest.state.getTestModules();
  const unread = modules.flatMap((module) => module.errors());
  const unhandled = vitest.state.getUnhandledErrors().map(messageOf);
  const tests = countOfPassed(modules);
  await vitest.close();

  if (failed !== undefined) return { kind: 'failed', by: failed };
  if (unread[0] !== undefined) return { kind: 'not run', why: unread[0].message };
  if (unhandled[0] !== undefined) {
    return { kind: 'failed', by: `an error outside of the tests: ${unhandled[0]}` };
  }
  if (seeding !== undefined && !seeding.isLoaded()) return { kind: 'not loaded' };
  if (tests === 0) return { kind: 'not run', why: `no test was found in ${folder}` };
  return { kind: 'passed', tests };
}

/**
 * @param {string} folder
 * @param {import('./fault.mjs').Fault} fault
 */
function seedingOf(folder, fault) {
  const file = join(folder, fault.file).replaceAll('\\', '/');
  let isLoaded = false;
  return {
    /** Whether a test asked for the file, and got the fault. */
    isLoaded: () => isLoaded,
    plugin: {
      name: 'resync:fault',
      enforce: /** @type {const} */ ('pre'),
      load(/** @type {string} */ id) {
        if (id.split('?', 1)[0] !== file) return undefined;
        const code = seed(fault, readFileSync(file, 'utf8'));
        isLoaded = true;
        return code;
      },
    },
  };
}

const HANGING_TEST_MS = 60_000;

/** Tests that take seconds, the longest last. */
const LONG = [
  'bucket',
  'hazards',
  'naive-routers',
  'stage-table',
  'simulation',
  'exploration',
  'conformance',
];

/** @implements {TestSequencer} */
class LongestLast {
  /** @param {TestSpecification[]} files */
  shard(files) {
    return files;
  }

  /** @param {TestSpecification[]} files */
  sort(files) {
    const rank = (/** @type {string} */ name) =>
      LONG.findIndex((long) => name.includes(long)) + name;
    return [...files].sort((a, b) => (rank(a.moduleId) < rank(b.moduleId) ? -1 : 1));
  }
}

/** @param {TestCase} test */
function nameOf({ module, fullName }) {
  return `${module.relativeModuleId.replace(/^test\//, '')} > ${fullName}`;
}

/** @param {TestModule[]} modules */
function countOfPassed(modules) {
  return modules.reduce((sum, module) => sum + [...module.children.allTests('passed')].length, 0);
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Object && 'message' in error ? String(error.message) : String(error);
}
