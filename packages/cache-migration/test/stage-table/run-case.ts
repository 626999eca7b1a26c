import { ManualClock } from '@resync/cache-contract/testing';
import { CacheMigrationManager, MigrationError } from '../../src/index.js';
import { LADDER } from '../fixtures/migration.js';
import { Calls, type PendingCall } from '../simulation/calls.js';
import { settled } from '../simulation/settled.js';
import { SteppedCache } from '../simulation/stepped-cache.js';
import type { Case, Ending, Moment, OperationName, Trouble } from './case.js';
import type { Row } from './table.js';

const LIMIT = 50;
const LIMITS = { legacy: LIMIT, next: LIMIT, clear: LIMIT, drain: 500 };

/** What came of a case. */
export interface Observed {
  readonly ending: Ending;
  /** What the change came to: nothing, or the code of its error. */
  readonly change: string | undefined;
  readonly stage: { readonly stage: string; readonly percentage: number };
  /** What the sides held for the key when the operation had ended and nothing else had. */
  readonly held: { readonly legacy: string | undefined; readonly next: string | undefined };
  /** What is read in the end, when everything goes well again. */
  readonly read: string | undefined;
}

/** Runs the case with the real manager. What each side has is called after it. */
export async function runCase({ from, to, operation, trouble }: Case): Promise<Observed> {
  const { clock, calls, manager, sides } = await managerAt(from);
  const { key } = from;
  const isMissed = operation === 'getOrSet' || operation === 'fill';
  if (!isMissed) {
    void sides.legacy.set(key, 'legacy');
    void sides.next.set(key, 'next');
  }
  void sides.next.set('of next alone', 'next');
  await answer(calls);

  let ending: Ending = { result: 'nothing', when: 'never' };
  let now: Moment = 'at once';
  const note = (result: string): void => {
    ending = { result, when: now };
  };
  carryOut(operation, manager, key).then(note, () => note('error'));
  let change: string | undefined;
  const changing = manager.transition(to.target).catch((error: unknown) => {
    change = error instanceof MigrationError ? error.code : String(error);
  });
  await answer(calls, trouble);
  now = 'after a limit';
  for (let round = 0; round < 4; round += 1) {
    clock.advance(LIMIT);
    await answer(calls, trouble);
  }
  now = 'late';
  for (let round = 0; round < 4 && trouble?.failure === 'late'; round += 1) {
    calls.release();
    for (const call of calls.pending) calls.step(call);
    await answer(calls, trouble);
  }
  const held = { legacy: sides.legacy.peek(key), next: sides.next.peek(key) };
  const seen = ending;

  // What hangs is not let go before the change is over: that must not wait for it.
  for (let round = 0; round < 8; round += 1) {
    clock.advance(500);
    await answer(calls, trouble);
  }
  await changing;
  calls.release();
  for (let round = 0; round < 8; round += 1) {
    await answer(calls);
    clock.advance(10_000);
  }
  const reading = manager.get(key);
  await answer(calls);
  return { ending: seen, change, stage: manager.state, held, read: await reading };
}

/** A manager over two caches, taken to the row. */
async function managerAt(row: Row) {
  const clock = new ManualClock(1_000_000);
  const calls = new Calls();
  const sides = {
    legacy: new SteppedCache('legacy', calls, clock),
    next: new SteppedCache('next', calls, clock),
  };
  const manager = new CacheMigrationManager<string>({
    component: 'test',
    ...sides,
    clock,
    limits: LIMITS,
    shadow: { rate: 1 },
    random: () => 0,
  });
  const { stage, percentage } = row.target;
  const isThere = (): boolean =>
    manager.state.stage === stage &&
    (percentage ?? manager.state.percentage) === manager.state.percentage;
  for (const target of LADDER) {
    if (isThere()) break;
    void manager.transition(target);
    await answer(calls);
  }
  return { clock, calls, manager, sides };
}

/** The answer in a word: the side whose value it is, `there`, `miss`, or what a write gave. */
async function carryOut(
  operation: OperationName,
  manager: CacheMigrationManager<string>,
  key: string,
): Promise<string> {
  switch (operation) {
    case 'get':
      return (await manager.get(key)) ?? 'miss';
    case 'lookup': {
      const found = await manager.lookup(key);
      return found.kind === 'hit' ? found.value : 'miss';
    }
    case 'has':
      return (await manager.has(key)) ? 'there' : 'miss';
    case 'size':
      return (['miss', 'legacy', 'next'] as const)[await manager.size()] ?? 'more';
    case 'getKeys': {
      const keys = await manager.getKeys();
      if (keys.length === 0) return 'miss';
      return keys.includes('of next alone') ? 'next' : 'legacy';
    }
    case 'set':
      await manager.set(key, 'new');
      return 'ok';
    case 'clear':
      await manager.clear();
      return 'ok';
    case 'delete':
      return `${await manager.delete(key)}`;
    case 'getOrSet':
      return await manager.getOrSet(key, () => 'loaded');
    case 'fill': {
      const found = await manager.lookupOrLease(key);
      if (found.kind === 'hit') return found.value;
      if (found.lease === undefined) return 'no lease';
      return (await manager.fill(key, 'new', { lease: found.lease })) ? 'ok' : 'no lease';
    }
  }
}

/** Lets every call go on as it should, in order, except for those of the side that is in trouble. */
async function answer(calls: Calls, trouble?: Trouble): Promise<void> {
  await settled();
  for (let call = going(calls); call !== undefined; call = going(calls)) {
    if (call.facts.callee !== trouble?.side) calls.step(call);
    else calls.inflict(trouble.failure === 'late' ? 'hang' : trouble.failure, call);
    await settled();
  }
}

function going(calls: Calls): PendingCall | undefined {
  return calls.pending.find(({ isHung }) => !isHung);
}
