import type { SideName, Stage } from './stage.js';

/** What one stage means for an operation. */
export interface Route {
  /** Who answers reads; `split`: next for the keys below the percentage, legacy for the others. */
  readonly reads: SideName | 'split';
  /** The side whose answer to a read is the caller's, error or not: it is called and nothing else. */
  readonly passes: SideName | undefined;
  /** Who is written to: one side, or legacy and then next. */
  readonly writes: SideName | 'both';
  /** Whom the caller of a write waits for. */
  readonly waitsFor: readonly SideName[];
  /** Whose confirmation makes a write succeed; `split`: either side for keys below the percentage, legacy for the others. */
  readonly decides: SideName | 'split';
  /** Which sides have a time limit. A side that stands alone, or decides before `live`, has none. */
  readonly limited: readonly SideName[];
  /** What the caller gets when the side that reads fails: its error, or a miss. */
  readonly failedRead: 'error' | 'miss';
  /** Who lists and counts the entries. */
  readonly lists: SideName;
}

/** The stage table of the migration protocol. */
export const ROUTES = {
  off: {
    reads: 'legacy',
    passes: 'legacy',
    writes: 'legacy',
    waitsFor: ['legacy'],
    decides: 'legacy',
    limited: [],
    failedRead: 'error',
    lists: 'legacy',
  },
  dualwrite: {
    reads: 'legacy',
    passes: 'legacy',
    writes: 'both',
    waitsFor: ['legacy'],
    decides: 'legacy',
    limited: ['next'],
    failedRead: 'error',
    lists: 'legacy',
  },
  shadow: {
    reads: 'legacy',
    passes: 'legacy',
    writes: 'both',
    waitsFor: ['legacy'],
    decides: 'legacy',
    limited: ['next'],
    failedRead: 'error',
    lists: 'legacy',
  },
  live: {
    reads: 'split',
    passes: undefined,
    writes: 'both',
    waitsFor: ['legacy', 'next'],
    decides: 'split',
    limited: ['legacy', 'next'],
    failedRead: 'error',
    lists: 'legacy',
  },
  rampdown: {
    reads: 'next',
    passes: undefined,
    writes: 'both',
    waitsFor: ['legacy', 'next'],
    decides: 'next',
    limited: ['legacy', 'next'],
    failedRead: 'miss',
    lists: 'next',
  },
  complete: {
    reads: 'next',
    passes: 'next',
    writes: 'next',
    waitsFor: ['next'],
    decides: 'next',
    limited: [],
    failedRead: 'error',
    lists: 'next',
  },
} as const satisfies Record<Stage, Route>;
