import type { SideName } from '../../src/index.js';
import { MOMENTS, type Case, type Ending, type Moment, type Trouble } from './case.js';
import type { Row } from './table.js';

/** How a call to one side ends. */
interface CallEnding {
  readonly isAnswered: boolean;
  readonly when: Moment;
}

/** What the table says that the operation comes to: by the row in which it began. */
export function expectedOf(given: Case): Ending {
  const { from, operation, trouble } = given;
  switch (operation) {
    case 'get':
    case 'lookup':
      return read(from, trouble);
    case 'has': {
      const { result, when } = read(from, trouble);
      return { result: result === 'legacy' || result === 'next' ? 'there' : result, when };
    }
    case 'size':
    case 'getKeys':
      return read({ ...from, readsAnsweredBy: from.listedBy }, trouble, 'alone');
    case 'set':
      return write(from, from.decides, trouble);
    case 'clear':
      return write(from, from.decidesClear, trouble);
    case 'delete':
      return remove(from, trouble);
    case 'getOrSet':
    case 'fill':
      return load(given);
  }
}

function read(
  { readsAnsweredBy, else: other, failedRead, limited }: Row,
  trouble: Trouble | undefined,
  how: 'with the other' | 'alone' = 'with the other',
): Ending {
  const { isAnswered, when } = callOf(readsAnsweredBy, limited, trouble);
  if (isAnswered) return { result: readsAnsweredBy, when };
  if (when === 'never') return { result: 'nothing', when };
  return { result: how === 'with the other' && other !== undefined ? other : failedRead, when };
}

function write(row: Row, decides: Row['decides'], trouble: Trouble | undefined): Ending {
  const ends = row.callerWaitsFor.map((side) => ({
    side,
    ...callOf(side, row.limited, trouble),
  }));
  const when = latest(...ends.map((end) => end.when));
  if (when === 'never') return { result: 'nothing', when };
  const isConfirmed = ends.some(
    ({ side, isAnswered }) => isAnswered && (decides === 'either' || decides === side),
  );
  return { result: isConfirmed ? 'ok' : 'error', when };
}

/** True where the side that answers for the key has confirmed it. */
function remove(row: Row, trouble: Trouble | undefined): Ending {
  const written = write(row, row.decides, trouble);
  if (written.result !== 'ok') return written;
  const { isAnswered } = callOf(row.readsAnsweredBy, row.limited, trouble);
  return { result: `${isAnswered}`, when: written.when };
}

/** A read that misses on every side that it may ask, and a write unless the lease was lost to a change. */
function load({ from, isChange, operation, trouble }: Case): Ending {
  const found = read(from, trouble);
  if (found.when === 'never' || found.result === 'error') return found;
  const asked = from.else === undefined ? found : callOf(from.else, from.limited, trouble);
  const missedWhen = latest(found.when, asked.when);
  const written = write(from, from.decides, trouble);
  const when = isChange ? missedWhen : latest(missedWhen, written.when);
  // What was loaded is given to the caller, stored or not.
  if (operation === 'getOrSet') return { result: 'loaded', when };
  return { result: isChange ? 'no lease' : written.result, when };
}

function callOf(
  side: SideName,
  limited: readonly SideName[],
  trouble: Trouble | undefined,
): CallEnding {
  if (trouble?.side !== side) return { isAnswered: true, when: 'at once' };
  const { failure } = trouble;
  const isTimed = failure === 'hang' || failure === 'late';
  if (!isTimed) return { isAnswered: false, when: 'at once' };
  if (limited.includes(side)) return { isAnswered: false, when: 'after a limit' };
  return failure === 'late'
    ? { isAnswered: true, when: 'late' }
    : { isAnswered: false, when: 'never' };
}

function latest(...moments: readonly Moment[]): Moment {
  const places = moments.map((moment) => MOMENTS.indexOf(moment));
  return MOMENTS[Math.max(...places)] ?? 'at once';
}
