import { FAULTS } from '../calls.js';
import type { Operation } from '../operation.js';
import type { Move } from '../router.js';
import type { FaultPlan, Preparation, Scenario } from './scenario.js';

const KEY = 'a';
const TTL = 1_000_000;

// With its end, which is checked as well.
const get: Operation = { kind: 'lookup', key: KEY };
const remove: Operation = { kind: 'delete', key: KEY };
const clear: Operation = { kind: 'clear' };
const set = (value: string): Operation => ({ kind: 'set', key: KEY, value, ttl: TTL });
const load = (value: string): Operation => ({ kind: 'load', key: KEY, value, ttl: TTL });
const fill = (value: string): Operation => ({ kind: 'fill', key: KEY, value, ttl: TTL });

const DUALWRITE: Move = { stage: 'dualwrite' };
const SHADOW: Move = { stage: 'shadow' };
const HARBOUR: Move = { stage: 'live', percentage: 0 };
const LIVE: Move = { stage: 'live', percentage: 100 };
const RAMPDOWN: Move = { stage: 'rampdown' };
const COMPLETE: Move = { stage: 'complete' };

const TO_LIVE = [DUALWRITE, SHADOW, HARBOUR, LIVE] as const;

/** Where a scenario begins: the key has a value, and in `off` and `complete` the other side an older one. */
const STARTS = {
  off: [DUALWRITE, set('older'), { stage: 'off' }, set('old')],
  dualwrite: [DUALWRITE, set('old')],
  shadow: [DUALWRITE, SHADOW, set('old')],
  harbour: [DUALWRITE, SHADOW, HARBOUR, set('old')],
  live: [...TO_LIVE, set('old')],
  rampdown: [...TO_LIVE, RAMPDOWN, set('old')],
  complete: [...TO_LIVE, RAMPDOWN, set('older'), COMPLETE, set('old')],
} as const satisfies Record<string, readonly Preparation[]>;

/** What clients do at the same time. */
export interface Shape {
  readonly name: string;
  readonly clients: Scenario['clients'];
  /** The sides that have to miss first. */
  readonly missing: readonly ('legacy' | 'next')[];
}

/** The clients of the hazards: writes that cross, and everything that may land late. */
export const SHAPES: readonly Shape[] = [
  { name: 'two sets', missing: [], clients: [[set('x'), get], [set('y')]] },
  { name: 'a set and a back-fill', missing: ['next'], clients: [[get, get], [set('x')]] },
  { name: 'a delete and a back-fill', missing: ['next'], clients: [[get], [remove, get]] },
  { name: 'a clear and a back-fill', missing: ['next'], clients: [[get], [clear, get]] },
  { name: 'a clear and a set', missing: [], clients: [[set('x')], [clear, get]] },
  {
    name: 'a load and a set',
    missing: ['legacy', 'next'],
    clients: [[load('x'), get], [set('y')]],
  },
  {
    name: 'a lease and a set',
    missing: ['legacy', 'next'],
    clients: [[fill('x'), get], [set('y')]],
  },
];

/** What has many more orders than the others. */
export const LONG_SHAPES: readonly Shape[] = [
  {
    name: 'a delete and two loads',
    missing: ['legacy', 'next'],
    clients: [[load('x')], [remove, load('y')]],
  },
];

/** One client alone, for long ways. */
export const LONE_SHAPES: readonly Shape[] = [
  { name: 'a set', missing: [], clients: [[set('x'), get]] },
  { name: 'a clear', missing: [], clients: [[clear, get]] },
];

/** What the operator does meanwhile. */
export interface Change {
  readonly name: string;
  readonly from: keyof typeof STARTS;
  readonly moves: readonly Move[];
}

/** Every step and every rollback. */
export const CHANGES: readonly Change[] = [
  { name: 'off to dualwrite', from: 'off', moves: [DUALWRITE] },
  { name: 'dualwrite to off', from: 'dualwrite', moves: [{ stage: 'off' }] },
  { name: 'dualwrite to shadow', from: 'dualwrite', moves: [SHADOW] },
  { name: 'shadow to live 0', from: 'shadow', moves: [HARBOUR] },
  { name: 'live 0 to live 100', from: 'harbour', moves: [LIVE] },
  { name: 'live 100 to rampdown', from: 'live', moves: [RAMPDOWN] },
  { name: 'rampdown to live 100', from: 'rampdown', moves: [LIVE] },
  { name: 'rampdown to complete', from: 'rampdown', moves: [COMPLETE] },
  { name: 'rollback from shadow', from: 'shadow', moves: ['rollback'] },
  { name: 'rollback from live', from: 'live', moves: ['rollback'] },
  { name: 'rollback from rampdown', from: 'rampdown', moves: ['rollback'] },
  { name: 'cold rollback from complete', from: 'complete', moves: ['cold rollback'] },
];

/** Several moves, none of which waits until the one before it is over. */
export const CHANGES_OF_MIND: readonly Change[] = [
  { name: 'from off to live at one go', from: 'off', moves: TO_LIVE },
  { name: 'from live to complete at one go', from: 'live', moves: [RAMPDOWN, COMPLETE] },
  { name: 'off and back', from: 'dualwrite', moves: [{ stage: 'off' }, ...TO_LIVE] },
  { name: 'up and rollback', from: 'harbour', moves: [LIVE, 'rollback', LIVE] },
  { name: 'rampdown and rollback', from: 'live', moves: [RAMPDOWN, 'rollback', LIVE] },
  {
    name: 'complete and two cold rollbacks',
    from: 'rampdown',
    moves: [COMPLETE, 'cold rollback', 'cold rollback', 'rollback'],
  },
  { name: 'cold rollback and down', from: 'complete', moves: ['cold rollback', HARBOUR, SHADOW] },
];

/** What goes wrong around the clients. */
export type Surroundings = Pick<Scenario, 'advances' | 'evictions' | 'faults' | 'pace'>;

const FAULTLESS: FaultPlan = { sides: [], kinds: [], budget: 0 };

/** Nothing goes wrong. */
export const QUIET: Surroundings = {
  advances: [],
  evictions: [],
  faults: FAULTLESS,
  pace: 'oldest first',
};

/** Time passes, less than any limit: nothing lives longer for it. */
export const AGEING: Surroundings = { ...QUIET, advances: [40], pace: 'newest first' };

/** Calls go wrong in any way. What is repaired is left for later, so that it is needed. */
export const FAULTY: Surroundings = {
  ...QUIET,
  faults: { sides: ['legacy', 'next'], kinds: FAULTS, budget: 1 },
  pace: 'newest first',
};

/** Limits pass while calls are under way, and one call may never be answered. */
export const SLOW: Surroundings = {
  ...QUIET,
  advances: [60],
  faults: { sides: ['legacy', 'next'], kinds: ['hang'], budget: 1 },
  pace: 'newest first',
};

/** The limit of a drain passes as well. */
export const STALLED: Surroundings = { ...SLOW, advances: [60, 600] };

/** Every shape during every change. */
export function scenariosOf(
  shapes: readonly Shape[],
  changes: readonly Change[],
  surroundings: Surroundings,
): readonly Scenario[] {
  return shapes.flatMap((shape) =>
    changes.map((change) => scenarioOf(shape, change, surroundings)),
  );
}

function scenarioOf(shape: Shape, change: Change, surroundings: Surroundings): Scenario {
  return {
    ...surroundings,
    name: `${shape.name}; ${change.name}`,
    preparations: [...STARTS[change.from], ...shape.missing.map((side) => ({ side, key: KEY }))],
    clients: shape.clients,
    moves: change.moves,
    keys: [KEY],
  };
}
