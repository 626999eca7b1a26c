import type { MigrationTarget, SideName } from '../../src/index.js';
import { ABOVE, BELOW } from '../fixtures/migration.js';

/** One line of the stage table of the migration protocol, in its words. */
export interface Row {
  readonly target: MigrationTarget;
  /** The key that is worked with; in `live` its bucket decides. */
  readonly key: string;
  readonly readsAnsweredBy: SideName;
  /** Who is asked when that side does not answer, or misses. */
  readonly else?: SideName;
  /** What a read comes to when nobody answers. */
  readonly failedRead: 'error' | 'miss';
  readonly writesGoTo: readonly SideName[];
  readonly callerWaitsFor: readonly SideName[];
  /** Who has a time limit while the caller waits. */
  readonly limited: readonly SideName[];
  /** A write fails unless this side, or one of both, has confirmed it. */
  readonly decides: SideName | 'either';
  /** The same for a clear, which is about the keys of both halves. */
  readonly decidesClear: SideName | 'either';
  readonly listedBy: SideName;
  /** The rows that may be entered next. */
  readonly neighbours: readonly RowName[];
}

/** The stages, and in `live` the percentages. */
export type RowName =
  | 'off'
  | 'dualwrite'
  | 'shadow'
  | 'live 0'
  | 'live 50, a key above'
  | 'live 50, a key below'
  | 'live 100'
  | 'rampdown'
  | 'complete';

const LEGACY_ALONE = {
  key: BELOW,
  readsAnsweredBy: 'legacy',
  failedRead: 'error',
  callerWaitsFor: ['legacy'],
  limited: [],
  decides: 'legacy',
  decidesClear: 'legacy',
  listedBy: 'legacy',
} as const;

const LIVE = {
  failedRead: 'error',
  writesGoTo: ['legacy', 'next'],
  callerWaitsFor: ['legacy', 'next'],
  limited: ['legacy', 'next'],
  listedBy: 'legacy',
} as const;

const READ_FROM_LEGACY = {
  readsAnsweredBy: 'legacy',
  decides: 'legacy',
  decidesClear: 'legacy',
} as const;

const READ_FROM_NEXT = { readsAnsweredBy: 'next', else: 'legacy', decides: 'either' } as const;

const ANY_LIVE = ['live 0', 'live 50, a key above', 'live 50, a key below', 'live 100'] as const;

/** "State and stages" of the protocol. Nothing here comes from the sources. */
export const TABLE: Readonly<Record<RowName, Row>> = {
  off: {
    ...LEGACY_ALONE,
    target: { stage: 'off' },
    writesGoTo: ['legacy'],
    neighbours: ['dualwrite'],
  },
  dualwrite: {
    ...LEGACY_ALONE,
    target: { stage: 'dualwrite' },
    writesGoTo: ['legacy', 'next'],
    neighbours: ['off', 'shadow'],
  },
  shadow: {
    ...LEGACY_ALONE,
    target: { stage: 'shadow' },
    writesGoTo: ['legacy', 'next'],
    neighbours: ['dualwrite', 'live 0'],
  },
  'live 0': {
    ...LIVE,
    ...READ_FROM_LEGACY,
    target: { stage: 'live', percentage: 0 },
    key: BELOW,
    neighbours: ['shadow', ...ANY_LIVE],
  },
  'live 50, a key above': {
    ...LIVE,
    ...READ_FROM_LEGACY,
    target: { stage: 'live', percentage: 50 },
    key: ABOVE,
    neighbours: ANY_LIVE,
  },
  'live 50, a key below': {
    ...LIVE,
    ...READ_FROM_NEXT,
    target: { stage: 'live', percentage: 50 },
    key: BELOW,
    decidesClear: 'legacy',
    neighbours: ANY_LIVE,
  },
  'live 100': {
    ...LIVE,
    ...READ_FROM_NEXT,
    target: { stage: 'live', percentage: 100 },
    key: ABOVE,
    decidesClear: 'either',
    neighbours: [...ANY_LIVE, 'rampdown'],
  },
  rampdown: {
    target: { stage: 'rampdown' },
    key: ABOVE,
    readsAnsweredBy: 'next',
    failedRead: 'miss',
    writesGoTo: ['legacy', 'next'],
    callerWaitsFor: ['legacy', 'next'],
    limited: ['legacy', 'next'],
    decides: 'next',
    decidesClear: 'next',
    listedBy: 'next',
    neighbours: ['live 0', 'live 100', 'complete'],
  },
  complete: {
    target: { stage: 'complete' },
    key: ABOVE,
    readsAnsweredBy: 'next',
    failedRead: 'error',
    writesGoTo: ['next'],
    callerWaitsFor: ['next'],
    limited: [],
    decides: 'next',
    decidesClear: 'next',
    listedBy: 'next',
    neighbours: [],
  },
};

export const ROW_NAMES = Object.keys(TABLE) as readonly RowName[];
