import type { Call } from '../call.js';
import { Broken } from '../finding.js';
import { READS, WRITES } from '../gated-cache.js';
import { playAll, type Scenario, type Situation } from '../scenario.js';
import type { Trial } from '../trial.js';

const EVERYTHING = { operations: [...READS, ...WRITES, 'has'], moment: 'before' } as const;

/** What a caller may wait for a next that hangs, in milliseconds; before `live` nothing. */
const ALLOWED_MS = { dualwrite: 0, shadow: 0, 'live 100': 1000 } as const;

/** The stage above each of these. */
const ABOVE = { dualwrite: 'shadow', shadow: 'live 0', 'live 100': 'rampdown' } as const;

const CROWD = 1100;

async function assertInTime(trial: Trial, call: Call, what: string): Promise<void> {
  trial.assertShielded(await trial.finish(call), what);
  const allowed = ALLOWED_MS[trial.rung as keyof typeof ALLOWED_MS];
  if (call.tookMs <= allowed) return;
  throw new Broken(`${what} in ${trial.rung} took ${call.tookMs} ms longer than legacy`);
}

function hangingIn(rung: keyof typeof ALLOWED_MS): Situation {
  return {
    name: `next hangs in ${rung}`,
    play: async (trial) => {
      await trial.goTo(rung);
      await trial.shielded({ kind: 'set', key: 'there', value: 'there' });
      await trial.settle();
      trial.next.shut(EVERYTHING);
      await assertInTime(trial, trial.begin({ kind: 'get', key: 'there' }), 'a read');
      await assertInTime(trial, trial.begin({ kind: 'set', key: 'set', value: 'new' }), 'a set');
      await assertInTime(trial, trial.begin({ kind: 'delete', key: 'there' }), 'a delete');
      await trial.read('set');
      await trial.goTo(ABOVE[rung]);
      await trial.goTo(rung);
      const back = trial.beginRollback();
      const end = await trial.finish(back);
      trial.assertShielded(end, 'a rollback');
      if (rung === 'live 100' && back.tookMs > 0) {
        throw new Broken(`the rollback waited for next, ${back.tookMs} ms`);
      }
      trial.lookAround();
      await trial.read('set');
      await trial.read('there');
    },
  };
}

/** A crowd of calls, and another one when the first has waited as long as it may. */
function crowdingIn(rung: keyof typeof ALLOWED_MS, kind: 'get' | 'set'): Situation {
  return {
    name: `next hangs in ${rung}, and crowds of callers ${kind}`,
    play: async (trial) => {
      await trial.goTo(rung);
      trial.next.shut(EVERYTHING);
      const unanswered: number[] = [];
      for (const crowd of ['first', 'second']) {
        const calls = Array.from({ length: CROWD }, (_, index) =>
          trial.begin({ kind, key: `${crowd} ${index}`, value: index }),
        );
        await trial.pass(ALLOWED_MS[rung]);
        for (const call of calls) await assertInTime(trial, call, `a ${kind}`);
        unanswered.push(trial.next.unanswered);
      }
      const [before = 0, after = 0] = unanswered;
      if (after <= before) return;
      throw new Broken(`${after} calls are unanswered on next, and it goes on calling`);
    },
  };
}

export const sideHangs: Scenario = {
  number: 14,
  title: 'a side hangs (never settles)',
  must: 'callers wait for nothing before `live` and for a limit in it; background work is bounded; steps end',
  how: `next answers nothing any more: read, set, delete in each stage, with no delay before \`live\` and at most ${ALLOWED_MS['live 100']} ms in it; a step up, a step down, a rollback; and twice ${CROWD} callers at once, of whom the second ones must leave no more unanswered calls on next than the first`,
  run: (create) =>
    playAll(
      [
        hangingIn('dualwrite'),
        hangingIn('shadow'),
        hangingIn('live 100'),
        crowdingIn('dualwrite', 'set'),
        crowdingIn('live 100', 'get'),
      ],
      create,
    ),
};
