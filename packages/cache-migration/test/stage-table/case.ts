import type { SideName } from '../../src/index.js';
import type { Row } from './table.js';

/** Every operation that a caller has. `fill` is a lease, and what is done with it. */
export const OPERATIONS = [
  ...(['get', 'lookup', 'has', 'size', 'getKeys'] as const),
  ...(['set', 'delete', 'clear', 'getOrSet', 'fill'] as const),
] as const;

/** One of {@link OPERATIONS}. */
export type OperationName = (typeof OPERATIONS)[number];

/** What every call to one side comes to; `late`: it has its effect and is answered when its limit has passed. */
const FAILURES = ['fail', 'fail-after-applying', 'decline', 'hang', 'late'] as const;

/** A side that goes wrong. */
export interface Trouble {
  readonly side: SideName;
  readonly failure: (typeof FAILURES)[number];
}

/** None, and every failure of each side. */
export const TROUBLES: readonly (Trouble | undefined)[] = [
  undefined,
  ...(['legacy', 'next'] as const).flatMap((side) =>
    FAILURES.map((failure) => ({ side, failure })),
  ),
];

/** An operation that begins in one row, with a change to another one right behind it. */
export interface Case {
  readonly from: Row;
  readonly to: Row;
  readonly isLegal: boolean;
  /** Whether it is legal and changes anything. */
  readonly isChange: boolean;
  readonly operation: OperationName;
  readonly trouble: Trouble | undefined;
}

/** When something ends: before any time passes, when limits pass, when what is late is answered. */
export const MOMENTS = ['at once', 'after a limit', 'late', 'never'] as const;

/** One of {@link MOMENTS}. */
export type Moment = (typeof MOMENTS)[number];

/** What the operation gave, in a word, and when. */
export interface Ending {
  readonly result: string;
  readonly when: Moment;
}
