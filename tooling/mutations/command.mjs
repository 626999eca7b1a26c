import { parseArgs } from 'node:util';
import { checkFaults } from './check-faults.mjs';
import { misfits } from './fault.mjs';
import { isCaught, progressLine, reportOf, summary } from './report.mjs';

const HELP = `Puts faults into the sources, one at a time, and runs the tests of their package: each fault must
make a test fail. Nothing is written to the sources.

  npm run mutations                            all faults, a few minutes

Options (after --):
  --only <id or beginning>   these faults only; may be given several times
  --list                     the faults, without running anything
  --json                     the result as JSON; progress goes to stderr
  --help                     this text

Examples:
  npm run mutations -- --only legacy/slide
  npm run mutations -- --only facade/ --only options/
  npm run mutations -- --json > mutations.json

Ends with 1 where a fault survives, no longer fits its file, or sits in a file that no test loads.
`;

/**
 * What the command works on.
 *
 * @typedef {object} Surroundings
 * @property {readonly import('./fault.mjs').Fault[]} faults
 * @property {(name: string) => string} folderOf where a package is
 * @property {number} limitSeconds a run that takes longer hangs, at least
 * @property {(text: string) => void} out
 * @property {(text: string) => void} progress where lines go that are no result
 * @property {import('./report.mjs').Colouring} colouring
 */

/**
 * @param {string[]} args
 * @param {Surroundings} surroundings
 * @returns {Promise<number>} the exit code
 * @throws Error for the user, with what was expected
 */
export async function mutations(args, { faults, folderOf, limitSeconds, colouring, ...streams }) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    streams.out(HELP);
    return 0;
  }
  const chosen = values.only === undefined ? faults : chosenFrom(faults, values.only);
  const width = Math.max(...chosen.map(({ id }) => id.length));
  if (values.list) {
    const lines = chosen.map(({ id, what }) => `${id.padEnd(width)}  ${what}\n`);
    streams.out(values.json ? asJson(chosen) : lines.join(''));
    return 0;
  }
  const unfit = misfits(chosen, folderOf);
  if (unfit.length > 0) throw new Error(unfit.join('\n'));

  const say = values.json ? streams.progress : streams.out;
  const begun = performance.now();
  const results = await checkFaults({
    faults: chosen,
    folderOf,
    limitSeconds,
    onStep: (text) => say(`${text}\n`),
    onResult: (result) =>
      say(`${progressLine(result, { colouring: values.json ? 'plain' : colouring, width })}\n`),
  });
  const seconds = (performance.now() - begun) / 1000;
  streams.out(
    values.json
      ? asJson(reportOf(results, seconds))
      : `\n${summary(results, seconds).join('\n')}\n`,
  );
  return results.every(isCaught) ? 0 : 1;
}

/**
 * @param {readonly import('./fault.mjs').Fault[]} faults
 * @param {readonly string[]} beginnings
 */
function chosenFrom(faults, beginnings) {
  for (const beginning of beginnings) {
    if (faults.some(({ id }) => id.startsWith(beginning))) continue;
    const areas = new Set(faults.map(({ id }) => id.replace(/[^/]+$/, '')));
    throw new Error(
      `expected --only with an id or its beginning, of ${[...areas].join(', ')}; got ${beginning}`,
    );
  }
  return faults.filter(({ id }) => beginnings.some((beginning) => id.startsWith(beginning)));
}

/** @param {unknown} value */
function asJson(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
