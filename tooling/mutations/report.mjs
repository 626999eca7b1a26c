import { styleText } from 'node:util';

/** @typedef {import('./check-faults.mjs').Result} Result */

/** Whether text goes to a terminal that shows colours.
 * @typedef {'coloured' | 'plain'} Colouring
 */

const COLOURS = /** @type {const} */ ({
  caught: 'green',
  hung: 'green',
  survived: 'red',
  'not tried': 'red',
});

/** Whether that came of a fault which was wanted. @param {Result} result */
export function isCaught({ outcome }) {
  return outcome.kind === 'caught' || outcome.kind === 'hung';
}

/**
 * @param {Result} result
 * @param {{ colouring: Colouring, width: number }} layout `width`: of the longest id
 */
export function progressLine({ fault, outcome }, { colouring, width }) {
  const word = outcome.kind.padEnd(9);
  const marked =
    colouring === 'coloured'
      ? styleText(COLOURS[outcome.kind], word, { validateStream: false })
      : word;
  return `${marked}  ${fault.id.padEnd(width)}  ${fault.what}${detailOf(outcome)}`;
}

/** @param {import('./check-faults.mjs').Outcome} outcome */
function detailOf(outcome) {
  switch (outcome.kind) {
    case 'caught':
      return `  (by: ${outcome.by})`;
    case 'hung':
      return `  (the tests were not done after ${outcome.seconds} s)`;
    case 'survived':
      return '';
    case 'not tried':
      return `  (${outcome.why})`;
  }
}

/**
 * The end of the report, as lines.
 *
 * @param {readonly Result[]} results
 * @param {number} seconds
 */
export function summary(results, seconds) {
  const missed = results.filter((result) => !isCaught(result));
  const figures = `${results.length - missed.length} of ${results.length} seeded faults caught in ${Math.round(seconds)} s`;
  return missed.length === 0 ? [figures] : [figures, ...missed.flatMap(adviceOn)];
}

/** @param {Result} result */
function adviceOn({ fault, outcome }) {
  const { id, what, package: name, file } = fault;
  const head = `${id} in packages/${name}/${file}: ${what}`;
  if (outcome.kind === 'not tried') return [head, '  the run says nothing; see above'];
  return [
    head,
    `  no test notices: write one in packages/${name}/test that fails there, and see it fail with`,
    `  npm run mutations -- --only ${id}`,
  ];
}

/**
 * The report for programs.
 *
 * @param {readonly Result[]} results
 * @param {number} seconds
 */
export function reportOf(results, seconds) {
  return {
    verdict: results.every(isCaught) ? 'passed' : 'failed',
    seconds: Math.round(seconds * 10) / 10,
    caught: results.filter(isCaught).length,
    faults: results.map(({ fault: { id, what, package: name, file }, outcome }) => ({
      id,
      what,
      file: `packages/${name}/${file}`,
      ...outcome,
    })),
  };
}
