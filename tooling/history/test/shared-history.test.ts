import { expect, it } from 'vitest';
import { judge, type SharedWrite } from '../src/shared-history.js';

const NOTHING = { strange: 0, expired: 0, longestExpired: 0, stale: [], staleOwn: [] };

function write(begun: number, ended: number, more: Partial<SharedWrite> = {}): SharedWrite {
  return { by: 1, begun, ended, asOf: ended, isAcknowledged: true, key: 'k', ...more };
}

const read = (value: string, begun: number, by = 2) => ({ key: 'k', value, by, begun });

const OLD = write(0, 10, { value: 'old' });

it.each<[string, SharedWrite[], number, object]>([
  ['the newest value', [OLD, write(20, 30, { value: 'new' })], 25, NOTHING],
  ['a value that a newer set replaced', [OLD, write(20, 30, { value: 'new' })], 31, { stale: [1] }],
  ['a value that was deleted', [OLD, write(20, 30)], 35, { stale: [5] }],
  [
    'a value that was cleared',
    [OLD, { ...write(20, 30), key: undefined } as never],
    35,
    { stale: [5] },
  ],
  ['a value beside a write that overlapped it', [OLD, write(5, 30)], 35, NOTHING],
  [
    'a value beside a write that failed',
    [OLD, write(20, 30, { isAcknowledged: false })],
    35,
    NOTHING,
  ],
  [
    'the newer one that ended first counts',
    [OLD, write(15, 40), write(20, 30)],
    35,
    { stale: [5] },
  ],
  [
    'what was loaded before it was stored',
    [write(0, 30, { value: 'old', asOf: 5 }), write(6, 20)],
    35,
    { stale: [15] },
  ],
  ['what was loaded, and nothing since', [write(7, 30, { value: 'old', asOf: 5 })], 35, NOTHING],
  ['what is over', [{ ...OLD, deadline: 20 }], 26, { expired: 1, longestExpired: 6 }],
  [
    'what the reader itself replaced',
    [OLD, write(20, 30, { by: 2 })],
    35,
    { stale: [5], staleOwn: [5] },
  ],
])('judges a read of %s', (_, writes, begun, verdict) => {
  expect(judge(writes, [read('old', begun)])).toEqual({ ...NOTHING, ...verdict });
});

it('judges a read of what nobody wrote there', () => {
  expect(
    judge([OLD, { ...OLD, key: 'j', value: 'other' }], [read('made up', 1), read('other', 20)]),
  ).toEqual({
    ...NOTHING,
    strange: 2,
  });
});
