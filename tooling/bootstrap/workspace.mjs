// Only what comes with Node may be imported here: nothing is installed yet.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ChildFailure } from './child.mjs';
import { install } from './install.mjs';
import { endWithParent } from './end-with-parent.mjs';
import { explain } from './explain-failure.mjs';
import { root } from './root.mjs';
import { turbo } from './turbo.mjs';

/** What the npm scripts do, once everything is installed. */
const COMMANDS = {
  start: (/** @type {string[]} */ args) => demo(args),
  rehearsal: (/** @type {string[]} */ args) => demo(['--rehearsal', ...args]),
  scenario: (/** @type {string[]} */ args) =>
    tool('@resync/demo', 'apps/demo/dist/scenario.js', args),
  test: (/** @type {string[]} */ args) =>
    turbo(['run', ...CHECKS, 'test', 'gates', ...THREE_FOR_TWO_CORES, ...LOGS, ...args]),
  proof: (/** @type {string[]} */ args) =>
    turbo(['run', 'proof', ...TWO_AT_ONCE, ...LOGS, ...args]),
  'resync-migrate': (/** @type {string[]} */ args) =>
    tool(
      '@resync/migration-control',
      'packages/migration-control/dist/cli/resync-migrate.js',
      args,
    ),
  mutations: (/** @type {string[]} */ args) =>
    tool('@resync/tooling-mutations', 'tooling/mutations/mutations.mjs', args),
  hazards: (/** @type {string[]} */ args) =>
    tool('@resync/tooling-hazard-table', 'tooling/hazard-table/dist/hazard-table.js', args),
  reference: (/** @type {string[]} */ args) => reference(args),
  bench: (/** @type {string[]} */ args) => bench(args),
  screenshots: (/** @type {string[]} */ args) =>
    tool('@resync/demo', 'tooling/browser/screenshots.mjs', args),
  turbo: (/** @type {string[]} */ args) => turbo(args),
};

/** The benches by the names that `--only` takes: the package to build for each, and its program. */
const BENCHES = {
  migration: ['@resync/migration-metrics', 'packages/cache-migration/bench/bench.mjs'],
  scrape: ['@resync/migration-metrics', 'packages/migration-metrics/bench/scrape.mjs'],
  engine: ['@resync/cache-improved', 'packages/cache-improved/bench/bench.mjs'],
};

/** Some of the tests mostly wait; more at once would only take the time from each other. */
const THREE_FOR_TWO_CORES = ['--concurrency=150%'];

/** What leans on no clock runs at low priority beside what measures times. */
const TWO_AT_ONCE = ['--concurrency=2'];

/** A build that takes longer is told of. */
const SLOW_MS = 2000;

/** Each task's output in one piece, when it ends. */
const LOGS = ['--output-logs=new-only', '--log-order=grouped'];

const CHECKS = ['check:style', 'check:types', 'check:arrows', 'check:format', 'check:unused'];

/**
 * Installs what is missing, builds what is needed, and carries out one command.
 *
 * @param {string | undefined} command
 * @param {string[]} args
 */
export async function run(command, args) {
  const chosen = Object.entries(COMMANDS).find(([name]) => name === command);
  if (chosen === undefined) {
    say(`expected a command of ${Object.keys(COMMANDS).join(', ')}; got ${command ?? 'none'}`);
    process.exitCode = 1;
    return;
  }
  if (process.env['npm_lifecycle_event'] !== undefined) endWithParent();
  try {
    await install(say);
    await chosen[1](args);
  } catch (error) {
    say(explain(error));
    process.exitCode = 1;
  }
}

/**
 * The migration's bench, or the one that is named after `--only`.
 *
 * @param {string[]} args
 */
async function bench(args) {
  const at = args.indexOf('--only');
  const name = at === -1 ? 'migration' : args[at + 1];
  const chosen = Object.entries(BENCHES).find(([candidate]) => candidate === name);
  const [builds, program] = chosen?.[1] ?? [];
  if (builds === undefined || program === undefined) {
    throw new Error(
      `expected --only ${Object.keys(BENCHES).join(' or ')}; got ${name ?? 'nothing after it'}`,
    );
  }
  await tool(builds, program, at === -1 ? args : args.toSpliced(at, 2));
}

/**
 * It is made from the sources, with the declarations of the other packages.
 *
 * @param {string[]} args
 */
async function reference(args) {
  await turbo(['run', 'build', '--filter=@resync/tooling-reference', '--output-logs=errors-only']);
  await runHere(join(root, 'tooling', 'reference', 'reference.mjs'), args);
}

/**
 * The demo runs in this very process: whoever ends this one ends the demo, and leaves nobody behind.
 *
 * @param {string[]} args
 */
async function demo(args) {
  await bundle('@resync/demo');
  await runHere(join(root, 'apps', 'demo', 'dist', 'main.js'), args);
}

/**
 * @param {string} name of its package
 * @param {string} program from the root on
 * @param {string[]} args
 */
async function tool(name, program, args) {
  await bundle(name);
  await runHere(join(root, program), args);
}

/**
 * What a build says is of interest where it has failed, and no result of the command: stdout is the
 * program's.
 *
 * @param {string} name of a package
 */
async function bundle(name) {
  const slow = setTimeout(() => say('building what it needs'), SLOW_MS);
  try {
    await turbo(['run', 'bundle', `--filter=${name}`, '--output-logs=errors-only'], 'kept');
  } catch (error) {
    if (error instanceof ChildFailure) {
      process.stderr.write(error.output);
      error.isShown = true;
    }
    throw error;
  } finally {
    clearTimeout(slow);
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 */
async function runHere(program, args) {
  process.argv = [process.argv[0] ?? 'node', program, ...args];
  await import(pathToFileURL(program).href);
}

/** @param {string} text */
function say(text) {
  console.error(`resync: ${text}`);
}
