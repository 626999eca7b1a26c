import type { Call } from '../call.js';
import { Broken, NotOffered } from '../finding.js';
import { READS, WRITES } from '../gated-cache.js';
import { wayFrom, type Rung } from '../ladder.js';
import type { Situation } from '../scenario.js';
import type { Operation, Trial } from '../trial.js';

/** What a cache says that does not take writes. */
export const NEXT_IS_DOWN = {
  kind: 'fail',
  error: new Error('next is down'),
} as const;

export const LEGACY_IS_DOWN = {
  kind: 'fail',
  error: new Error('legacy is down'),
} as const;

/** Goes to `live 100` with the old value of the key in legacy alone. @throws NotOffered where it is not taken over */
async function onlyInLegacy(trial: Trial, key: string): Promise<void> {
  await trial.shielded({ kind: 'set', key, value: 'old' });
  await trial.shielded({ kind: 'set', key: 'probe', value: 'old' });
  await trial.goTo('live 100');
  await trial.read('probe');
  await trial.settle();
  if ((await trial.next.get('probe')) !== undefined) return;
  throw new NotOffered('what only legacy has is not put into next');
}

/**
 * A back-fill of the old value that is overtaken by a write, in the three places where that can happen:
 * before the answer of legacy arrives, on the way into next, and while a loader works.
 */
export function overtakenFills(overtaking: Exclude<Operation, { kind: 'get' }>): Situation[] {
  const key = 'key';
  return [
    {
      name: 'legacy has answered a read, the answer is on its way',
      play: async (trial) => {
        await onlyInLegacy(trial, key);
        trial.legacy.shut({ operations: READS, moment: 'after' });
        const reading = trial.begin({ kind: 'get', key });
        await trial.settle();
        await trial.shielded(overtaking);
        await trial.recover();
        await trial.finish(reading);
        await trial.settle();
        await trial.read(key);
      },
    },
    {
      name: 'the fill is on its way into next',
      play: async (trial) => {
        await onlyInLegacy(trial, key);
        trial.next.shut({ operations: WRITES, moment: 'before', times: 1 });
        const reading = trial.begin({ kind: 'get', key });
        await trial.settle();
        const writing = trial.begin(overtaking);
        await trial.finish(writing);
        await trial.recover();
        trial.assertShielded(await trial.finish(writing), `a ${overtaking.kind}`);
        await trial.finish(reading);
        await trial.settle();
        await trial.read(key);
      },
    },
    {
      name: 'getOrSet has loaded the value, and has not stored it',
      play: async (trial) => {
        const { subject } = trial;
        if (subject.getOrSet === undefined) throw new NotOffered('there is no getOrSet');
        await trial.goTo('live 100');
        trial.assume(key, 'old');
        let loaded: ((value: string) => void) | undefined;
        const load = new Promise<string>((resolve) => {
          loaded = resolve;
        });
        const loading = trial.beginCall(() => subject.getOrSet?.(key, () => load) ?? load);
        await trial.settle();
        await trial.shielded(overtaking);
        // Whoever asks now must not be given what was loaded before.
        if (overtaking.kind !== 'set') trial.assume(key, 'fresh');
        const asking = trial.beginCall(async () => subject.getOrSet?.(key, async () => 'fresh'));
        await trial.settle();
        loaded?.('old');
        await trial.finish(loading);
        const asked = await trial.finish(asking);
        if (asked?.kind === 'answered' && asked.answer === 'old') {
          throw new Broken(`getOrSet after a ${overtaking.kind} got what was loaded before it`);
        }
        await trial.settle();
        await trial.read(key);
      },
    },
  ];
}

/** Goes on as long as the steps end at once; what does not is returned. */
export async function climbWithoutWaiting(trial: Trial, to: Rung): Promise<Call | undefined> {
  for (const rung of wayFrom(trial.rung, to)) {
    const step = trial.beginStep(rung);
    await trial.settle();
    trial.lookAround();
    if (step.end === undefined) return step;
  }
  return undefined;
}

/** Nothing is being written: what is read at these rungs, one after the other, is the same, or a miss. */
export async function assertAgreement(
  trial: Trial,
  key: string,
  rungs: readonly Rung[],
): Promise<void> {
  let seen: { readonly value: unknown; readonly rung: Rung } | undefined;
  for (const rung of rungs) {
    await trial.goTo(rung);
    const value = await trial.read(key);
    await trial.settle();
    if (value === undefined) continue;
    if (seen !== undefined && seen.value !== value) {
      throw new Broken(
        `read ${JSON.stringify(seen.value)} (${seen.rung}), then ${JSON.stringify(value)} (${rung}), ` +
          'and nothing was written in between',
      );
    }
    seen = { value, rung };
  }
}
