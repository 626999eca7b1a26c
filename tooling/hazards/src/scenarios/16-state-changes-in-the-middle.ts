import type { Call } from '../call.js';
import { Broken } from '../finding.js';
import { READS, WRITES } from '../gated-cache.js';
import { isUpToLive, RUNGS, type Rung } from '../ladder.js';
import { playAll, type Scenario, type Situation } from '../scenario.js';
import type { Operation, Trial } from '../trial.js';
import { LEGACY_IS_DOWN, NEXT_IS_DOWN } from './interleavings.js';

const key = 'key';

const INTERRUPTED: readonly Operation[] = [
  { kind: 'set', key, value: 'new' },
  { kind: 'delete', key },
  { kind: 'clear' },
  { kind: 'get', key },
];

/** What happens to the call that the change of state interrupts. */
const TROUBLES = [
  'takes effect late',
  'is answered late',
  'fails late',
  'takes effect and fails',
] as const;

const MOVES = ['up', 'down', 'rollback', 'two steps up and a rollback'] as const;

/** Where two steps lead up to `live 100` or `rampdown`, from which a rollback is one step. */
const OVERTAKEN: readonly Rung[] = ['dualwrite', 'shadow', 'live 0'];

/** When the call goes on: before or after everything that has a limit has passed it. */
const WAITS = { soon: 0, late: 20_000 } as const;

interface Case {
  readonly rung: Rung;
  readonly move: (typeof MOVES)[number];
  readonly operation: Operation;
  readonly side: 'legacy' | 'next';
  readonly trouble: (typeof TROUBLES)[number];
  readonly wait: keyof typeof WAITS;
}

function neighbour(rung: Rung, by: 1 | -1): Rung | undefined {
  const index = RUNGS.indexOf(rung) + by;
  return rung === 'complete' || index < 0 ? undefined : RUNGS[index];
}

function isPossible({ rung, move, operation, side, trouble, wait }: Case): boolean {
  if (wait === 'late' && trouble !== 'takes effect late' && trouble !== 'is answered late')
    return false;
  if (move === 'up' && neighbour(rung, 1) === undefined) return false;
  if (move === 'two steps up and a rollback' && !OVERTAKEN.includes(rung)) return false;
  if (move === 'down' && neighbour(rung, -1) === undefined) return false;
  if (rung === 'off' && (side === 'next' || move === 'rollback')) return false;
  if (rung === 'complete' && side === 'legacy') return false;
  // Where nothing is taken over, a read that is interrupted leaves nothing behind.
  return operation.kind !== 'get' || rung === 'live 100';
}

/** Begins the change; the call that was made last is what it comes to. */
async function beginMove(trial: Trial, { rung, move }: Case): Promise<Call> {
  if (move === 'down') return trial.beginStep(neighbour(rung, -1) ?? rung);
  if (move === 'up') return trial.beginStep(neighbour(rung, 1) ?? rung);
  if (move === 'two steps up and a rollback') {
    for (const step of RUNGS.slice(RUNGS.indexOf(rung) + 1).slice(0, 2)) {
      trial.beginStep(step);
      await trial.settle();
    }
  }
  return trial.beginRollback();
}

function makeTrouble(trial: Trial, { side, trouble, operation }: Case): void {
  const isRead = operation.kind === 'get';
  const cache = trial[side];
  const operations = isRead && side === 'legacy' ? READS : WRITES;
  cache.shut({
    operations,
    moment: trouble === 'takes effect late' ? 'before' : 'after',
    ...(isRead && { times: 1 }),
  });
  const { error } = side === 'legacy' ? LEGACY_IS_DOWN : NEXT_IS_DOWN;
  if (trouble === 'fails late') cache.inject({ kind: 'fail', error }, { operations });
  if (trouble === 'takes effect and fails') {
    cache.inject({ kind: 'fail-after-applying', error }, { operations });
  }
}

/** Wherever one can go from here without `complete`, both sides are asked. */
async function readEverywhere(trial: Trial): Promise<void> {
  const here = trial.lookAround();
  await trial.read(key);
  if (here === 'complete') return;
  for (const rung of ['live 100', 'live 0', 'live 100', 'rampdown'] as const) {
    await trial.goTo(rung);
    await trial.read(key);
    await trial.settle();
  }
}

function situationOf(one: Case): Situation {
  const { rung, move, operation, side, trouble, wait } = one;
  return {
    name: `${rung}, ${move} during a ${operation.kind} that ${trouble} on ${side}, ${wait}`,
    play: async (trial) => {
      if (operation.kind === 'get') await trial.shielded({ kind: 'set', key, value: 'old' });
      await trial.goTo(rung);
      if (operation.kind !== 'get') await trial.shielded({ kind: 'set', key, value: 'old' });
      await trial.settle();
      makeTrouble(trial, one);
      const call = trial.begin(operation);
      await trial.settle();
      const moving = await beginMove(trial, one);
      await trial.settle();
      await trial.pass(WAITS[wait]);
      if (operation.kind === 'get') {
        // What was interrupted is the take-over: now comes what it must not overwrite.
        trial[side].heal();
        await trial.write({ kind: 'set', key, value: 'new' });
      } else {
        await trial.read(key);
      }
      await trial.recover();
      const end = await trial.finish(call);
      if (side === 'next' && isUpToLive(rung)) trial.assertShielded(end, `a ${operation.kind}`);
      if ((await trial.finish(moving)) === undefined) throw new Broken('the change did not end');
      if (move === 'two steps up and a rollback' && trial.lookAround() === 'live 100') {
        throw new Broken('the rollback came last, and next answers');
      }
      await readEverywhere(trial);
    },
  };
}

function everyCase(): Case[] {
  const cases: Case[] = [];
  for (const rung of RUNGS)
    for (const move of MOVES)
      for (const operation of INTERRUPTED)
        for (const side of ['legacy', 'next'] as const)
          for (const trouble of TROUBLES)
            for (const wait of ['soon', 'late'] as const)
              cases.push({ rung, move, operation, side, trouble, wait });
  return cases.filter(isPossible);
}

export const stateChangesInTheMiddle: Scenario = {
  number: 16,
  title: 'a state change in the middle of any of the above',
  must: 'all of the above, times every transition',
  how: 'every stage × step up, step down, rollback, two steps up and a rollback that overtakes them × set, delete, clear, take-over × side × takes effect late, is answered late, fails late, takes effect and fails × goes on soon or after 20 s; then the key is read at every stage that can be reached',
  run: (create) => playAll(everyCase().map(situationOf), create),
};
