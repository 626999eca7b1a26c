import type { SideName } from '../../src/index.js';
import type { PendingCall } from './calls.js';
import { describeOperation } from './operation.js';
import type { OpenOperation, World } from './world.js';

/** More than any limit that the migration has here. */
const PAST_ALL_LIMITS = 600;
const ROUNDS = 100;

/**
 * Lets everything end: first with nobody answering who hangs, then with all of them. Checks on the
 * way who still waits, and at the end what is read.
 */
export async function comeToRest(world: World, keys: readonly string[]): Promise<void> {
  await answerAll(world);
  refuseWaiting(world, ['dualwrite', 'shadow'], 'for next, which has no say there');
  // Two calls in a row, and the transitions that wait for them.
  for (let round = 0; round < 6; round += 1) {
    if (world.open.size + world.openMoves === 0) break;
    await world.advance(PAST_ALL_LIMITS);
    await answerAll(world);
  }
  refuseWaiting(world, ['dualwrite', 'shadow', 'live', 'rampdown'], 'past every limit');
  if (world.openMoves > 0 && !isHanging('legacy', world)) {
    world.history.report('I6: a change of the state never ends');
  }

  world.calls.release();
  await answerAll(world);
  for (let round = 0; round < ROUNDS && !isAtRest(world); round += 1) {
    await world.advance(1000);
    await answerAll(world);
  }
  if (!isAtRest(world)) world.history.report('I6: it never comes to rest');
  for (const key of keys) {
    await world.begin({ kind: 'get', key });
    await answerAll(world);
  }
  reportDivergence(world, keys);
}

/** Carries out every call that does not hang, in order, and those that follow from them. */
export async function answerAll(world: World): Promise<void> {
  for (let call = going(world); call !== undefined; call = going(world)) await world.step(call);
}

function going({ calls }: World): PendingCall | undefined {
  return calls.pending.find(({ isHung }) => !isHung);
}

function isHanging(side: SideName, { calls }: World): boolean {
  return calls.pending.some(({ facts, isHung }) => isHung && facts.callee === side);
}

function isAtRest({ calls, clock, open, openMoves }: World): boolean {
  return calls.pending.length + clock.pendingTimers + open.size + openMoves === 0;
}

/** I2: nobody waits for next beyond what the stage allows. Who waits for a legacy without a limit may. */
function refuseWaiting(
  world: World,
  stages: readonly OpenOperation['stage'][],
  what: string,
): void {
  for (const { operation, stage } of world.open) {
    const isEntitled = isHanging('legacy', world) && (stage === 'dualwrite' || stage === 'shadow');
    // What is stored after a load belongs to the stage of that moment.
    const isElsewhere = operation.kind === 'load' && world.router.state.stage !== stage;
    if (!stages.includes(stage) || isEntitled || isElsewhere) continue;
    world.history.report(`I2: ${describeOperation(operation)}, begun in ${stage}, waits ${what}`);
  }
}

/** While both sides are written, they end equal where both have the key. */
function reportDivergence({ router, sides, history }: World, keys: readonly string[]): void {
  const { stage } = router.state;
  if (stage === 'off' || stage === 'complete') return;
  for (const key of keys) {
    const [legacy, next] = [sides.legacy.peek(key), sides.next.peek(key)];
    if (legacy === next || legacy === undefined || next === undefined) continue;
    history.report(`divergence: of ${key} legacy has ${legacy} and next has ${next}`);
  }
}
