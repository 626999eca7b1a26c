import type { SideName } from '../../src/index.js';
import type { Case, Ending } from './case.js';
import { expectedOf } from './expected.js';
import type { Observed } from './run-case.js';

/** Where what came of a case is not what the table says. */
export function deviationsOf(given: Case, observed: Observed): readonly string[] {
  const { operation, trouble } = given;
  const name =
    trouble === undefined
      ? operation
      : `${operation} while ${trouble.side} does ${trouble.failure}`;
  return [
    endingDeviation(expectedOf(given), observed.ending),
    changeDeviation(given, observed),
    ...(trouble === undefined ? sidesDeviations(given, observed) : []),
    readDeviation(given, observed),
  ].flatMap((deviation) => (deviation === undefined ? [] : `${name}: ${deviation}`));
}

function endingDeviation(expected: Ending, seen: Ending): string | undefined {
  if (expected.result === seen.result && expected.when === seen.when) return undefined;
  return `ended with ${seen.result} ${seen.when}, not with ${expected.result} ${expected.when}`;
}

/** Only neighbours may be entered; a side that would be alone may be refused while it is in trouble. */
function changeDeviation(
  { from, to, isLegal, trouble }: Case,
  { change, stage }: Observed,
): string | undefined {
  const isAlone = to.target.stage === 'off' || to.target.stage === 'complete';
  const isRefused = change === 'NOT_TRUSTED' && isAlone && trouble !== undefined;
  if (!isRefused && change !== (isLegal ? undefined : 'ILLEGAL_STEP')) {
    return `the change came to ${change}`;
  }
  const { target } = isLegal && !isRefused ? to : from;
  const isThere =
    stage.stage === target.stage && stage.percentage === (target.percentage ?? stage.percentage);
  return isThere ? undefined : `it stands at ${stage.stage} ${stage.percentage}`;
}

/** Who has what was written, and who has not. A side that is taken up or left may have been emptied. */
function sidesDeviations({ from, operation, isChange }: Case, { held }: Observed): string[] {
  const written = { set: 'new', delete: undefined, clear: undefined };
  if (operation !== 'set' && operation !== 'delete' && operation !== 'clear') return [];
  return (['legacy', 'next'] as const).flatMap((side: SideName) => {
    const isWritten = operation === 'clear' || from.writesGoTo.includes(side);
    const isRight = isWritten
      ? held[side] === written[operation]
      : held[side] === side || (isChange && held[side] === undefined);
    return isRight ? [] : `${side} has ${held[side]}`;
  });
}

/** What was acknowledged is read, or missed where something went wrong; never what was there before. */
function readDeviation(
  { operation, trouble }: Case,
  { ending, read }: Observed,
): string | undefined {
  const isWell = trouble === undefined;
  if (operation === 'set' && ending.result === 'ok') {
    return read === 'new' || (read === undefined && !isWell) ? undefined : `${read} was read`;
  }
  const isRemoved =
    (operation === 'delete' && (ending.result === 'true' || ending.result === 'false')) ||
    (operation === 'clear' && ending.result === 'ok');
  return isRemoved && read !== undefined ? `${read} was read` : undefined;
}
