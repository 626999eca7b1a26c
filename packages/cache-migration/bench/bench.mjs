import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { heapOfCleanKeys, HEAP_BAR_MB } from './heap.mjs';
import { compareWithLaunchDarkly, LAUNCHDARKLY_BAR } from './launchdarkly.mjs';
import { measure, OBSERVED_BAR, ROWS, SLOW_BAR } from './rows.mjs';

const HELP = `What a migration costs, as ratios within one run: medians of interleaved rounds.

  npm run bench                 everything, about two minutes
  npm run bench -- --quick      fewer rounds: less exact
  npm run bench -- --json       for programs
  npm run bench -- --only engine --help    what the engine of the new cache costs
  npm run bench -- --only scrape --help    what a scrape of the metrics costs

Columns: "Map", against the bare async function over a Map; "least", what any wrapper costs that does
the same calls and records nothing; "100 µs", against a cache that takes 100 µs; "observed", with the
Prometheus observer against without.
`;

const program = fileURLToPath(import.meta.url);

const { values: options } = parseArgs({
  options: {
    // One row, as JSON: each has a process of its own, so that none is measured with what others left.
    row: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const size = options.quick ? { rounds: 30, count: 5000 } : { rounds: 200, count: 10_000 };

if (options.help) {
  process.stdout.write(HELP);
} else if (options.row !== undefined) {
  const row = ROWS.find(({ name }) => name === options.row);
  if (row === undefined) throw new Error(`expected the name of a row; got ${options.row}`);
  process.stdout.write(JSON.stringify(await measure(row, size)));
} else {
  await run();
}

/** @param {string} name @returns {Promise<import('./rows.mjs').Figures>} */
async function measureApart(name) {
  const args = [program, '--row', name, ...(options.quick ? ['--quick'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

async function run() {
  const rows = [];
  for (const row of ROWS) {
    progress(row.name);
    rows.push({ name: row.name, bar: row.bar, ...(await measureApart(row.name)) });
  }
  progress("LaunchDarkly's migrator");
  const launchDarkly = await compareWithLaunchDarkly({ rounds: size.rounds / 5, count: 2000 });
  progress('heap');
  setFlagsFromString('--expose-gc');
  const heapMb = await heapOfCleanKeys(runInNewContext('gc'));
  progress(undefined);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ rows, launchDarkly, heapMb }, null, 2)}\n`);
    return;
  }
  printTable(rows, launchDarkly, heapMb);
}

/**
 * @param {readonly (import('./rows.mjs').Figures & { name: string, bar: number })[]} rows
 * @param {Awaited<ReturnType<typeof compareWithLaunchDarkly>>} launchDarkly
 * @param {number} heapMb
 */
function printTable(rows, launchDarkly, heapMb) {
  const lines = [
    `| | bare | Map | bar | least | 100 µs (bar ${SLOW_BAR}) | observed (bar ${OBSERVED_BAR}) |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ name, bar, quick, least, slow, observed }) =>
      cells([
        name,
        `${quick.baseNs.toFixed(0)} ns`,
        quick.ratio.toFixed(2),
        bar.toFixed(2),
        least?.ratio.toFixed(2) ?? '–',
        slow.ratio.toFixed(3),
        observed.ratio.toFixed(2),
      ]),
    ),
    '',
    `| stage | our read | LaunchDarkly's read | ratio (bar ${LAUNCHDARKLY_BAR}) |`,
    '| --- | --- | --- | --- |',
    ...launchDarkly.map(({ stage, baseNs, ns, ratio }) =>
      cells([stage, `${baseNs.toFixed(0)} ns`, `${(ns / 1000).toFixed(1)} µs`, ratio.toFixed(0)]),
    ),
    '',
    `heap that a million clean keys leave: ${heapMb.toFixed(2)} MB (bar ${HEAP_BAR_MB} MB)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** @param {readonly string[]} texts */
function cells(texts) {
  return `| ${texts.join(' | ')} |`;
}

/** @param {string | undefined} what */
function progress(what) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(what === undefined ? '\r\u001b[K' : `\r\u001b[Kmeasuring ${what} …`);
}
