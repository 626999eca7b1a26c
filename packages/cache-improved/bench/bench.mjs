import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gapOf, hitRatios, HIT_RATIO_BARS } from './hit-ratios.mjs';
import { ENTRIES } from './requests.mjs';
import { bytesPerEntry, isWeighed, MEMORY_BARS } from './memory.mjs';
import { ROWS } from './rows.mjs';
import { longestStalls, STALL_BAR } from './stall.mjs';

const HELP = `What the engine of the new cache costs, against others in the same run.

  npm run bench -- --only engine            everything, about five minutes
  npm run bench -- --only engine --quick    fewer rounds: less exact
  npm run bench -- --only engine --part speed      or memory, hits, stall
  npm run bench -- --only engine --round 40000     operations a round; default 200000
  npm run bench -- --only engine --json     for programs

speed: our time as a multiple of the other's, medians of interleaved rounds, each row in a process of its
own. A round has twice as many operations as there are entries, a quarter of that where each is awaited: in short ones
both begin with a processor's caches full of what belongs to the other. Zipf 0.99 over 200 000 keys (hits: 100 000), 100 000 entries, a lifetime of an hour. memory: bytes per entry.
hits: hit ratios on real traces beside the repository, where there are any. stall: the longest time between
two turns of the event loop while a million entries expire within a second.
`;

const PARTS = ['speed', 'memory', 'hits', 'stall'];
const program = fileURLToPath(import.meta.url);

const { values: options } = parseArgs({
  options: {
    // One measurement, as JSON: each has a process of its own, so that none is measured with what others left.
    row: { type: 'string' },
    weigh: { type: 'string' },
    millions: { type: 'string', default: '1' },
    stall: { type: 'boolean', default: false },
    part: { type: 'string', multiple: true, default: PARTS },
    help: { type: 'boolean', short: 'h', default: false },
    quick: { type: 'boolean', default: false },
    round: { type: 'string', default: `${2 * ENTRIES}` },
    json: { type: 'boolean', default: false },
  },
});

if (options.help) process.stdout.write(HELP);
else if (options.row !== undefined) answer(await measureRow(options.row));
else if (options.weigh !== undefined) answer(weigh(options.weigh, Number(options.millions)));
else if (options.stall) answer(await longestStalls());
else await run();

/** @param {string} name */
async function measureRow(name) {
  const row = ROWS.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`expected the name of a row; got ${name}`);
  return row.measure({ rounds: options.quick ? 7 : 21, count: roundSize() });
}

function roundSize() {
  const count = Number(options.round);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`expected --round with a whole number over 0; got ${options.round}`);
}

/** @param {string} name @param {number} millions */
function weigh(name, millions) {
  if (!isWeighed(name) || globalThis.gc === undefined) {
    throw new Error(`expected a cache and --expose-gc; got ${name}`);
  }
  const collect = globalThis.gc;
  return bytesPerEntry(name, millions, () => void collect());
}

/** @param {unknown} value */
function answer(value) {
  process.stdout.write(JSON.stringify(value));
}

/** @param {string[]} args */
async function apart(...args) {
  const flags = ['--round', `${roundSize()}`, ...(options.quick ? ['--quick'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    program,
    ...args,
    ...flags,
  ]);
  return JSON.parse(stdout);
}

async function run() {
  const parts = options.part;
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) {
    throw new Error(`expected --part ${PARTS.join(', ')}; got ${unknown}`);
  }
  const report = {
    speed: parts.includes('speed') ? await speed() : undefined,
    memory: parts.includes('memory') ? await memory() : undefined,
    hits: parts.includes('hits') ? hitRatios() : undefined,
    stall: parts.includes('stall') ? await apart('--stall') : undefined,
  };
  if (options.json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  if (report.speed !== undefined) printSpeed(report.speed);
  if (report.memory !== undefined) printMemory(report.memory);
  if (report.hits !== undefined) printHits(report.hits);
  else if (parts.includes('hits')) say('no traces beside the repository: hit ratios are left out');
  if (report.stall !== undefined) {
    const { map, ours, longestCleanup } = report.stall;
    say(
      `longest stall while a million entries expire: ${ours.toFixed(1)} ms; a Map that deletes the same keys: ${map.toFixed(1)} ms (bar: ${STALL_BAR} ms more than that); processor time of the longest clean-up: ${longestCleanup.toFixed(1)} ms`,
    );
  }
}

/** @typedef {import('./compare.mjs').Comparison & { name: string, bar: number }} SpeedRow */

async function speed() {
  /** @type {SpeedRow[]} */
  const rows = [];
  for (const { name, bar } of ROWS) rows.push({ name, bar, ...(await apart('--row', name)) });
  return rows;
}

async function memory() {
  const rows = [];
  for (const { millions, bar } of MEMORY_BARS) {
    /** @type {Record<string, number>} */
    const bytes = {};
    for (const name of ['ours', 'lru-cache', 'Map']) {
      bytes[name] = await apart('--weigh', name, '--millions', `${millions}`);
    }
    rows.push({ millions, bar, bytes });
  }
  return rows;
}

/** @param {readonly SpeedRow[]} rows */
function printSpeed(rows) {
  say('| | other | ours | ratio | bar | |\n| --- | --- | --- | --- | --- | --- |');
  for (const { name, bar, peerNs, ns, ratio } of rows) {
    const met = ratio <= bar ? 'met' : 'missed';
    const digits = bar < 0.2 ? 3 : 2;
    say(
      `| ${name} | ${peerNs.toFixed(0)} ns | ${ns.toFixed(0)} ns | ${ratio.toFixed(digits)} | ${bar.toFixed(digits)} | ${met} |`,
    );
  }
  say('');
}

/** @param {Awaited<ReturnType<typeof memory>>} rows */
function printMemory(rows) {
  say('| million entries | ours | bar | lru-cache | bare Map |\n| --- | --- | --- | --- | --- |');
  for (const { millions, bar, bytes } of rows) {
    const [ours, lru, map] = ['ours', 'lru-cache', 'Map'].map((name) => bytes[name]?.toFixed(0));
    say(`| ${millions} | ${ours} B | ${bar} B | ${lru} B | ${map} B |`);
  }
  say('');
}

/** @param {readonly import('./hit-ratios.mjs').Cell[]} cells */
function printHits(cells) {
  say('| trace | entries | hit % | LRU | optimum | points over LRU |');
  say('| --- | --- | --- | --- | --- | --- |');
  for (const { trace, share, entries, hit, lru, opt } of cells) {
    say(
      `| ${trace} | ${entries} (${share * 100} %) | ${hit.toFixed(1)} | ${lru.toFixed(1)} | ${opt.toFixed(1)} | ${(hit - lru).toFixed(2)} |`,
    );
  }
  const others = cells.filter(({ trace }) => !trace.startsWith('lirs'));
  const worst = Math.min(...cells.map(({ hit, lru }) => hit - lru));
  say(
    `\nof the way from LRU to the optimum: ${gapOf(cells).toFixed(1)} % (bar ${HIT_RATIO_BARS.gap} %); without the lirs traces ${gapOf(others).toFixed(1)} % (bar ${HIT_RATIO_BARS.gapWithoutLirs} %); worst cell ${worst.toFixed(2)} points (bar ${HIT_RATIO_BARS.worst})\n`,
  );
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
