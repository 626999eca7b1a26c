import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario, type Situation } from '../scenario.js';
import { assertAgreement } from './interleavings.js';

const key = 'key';

function crossingOn(side: 'legacy' | 'next'): Situation {
  return {
    name: `${side} is slow with the first`,
    play: async (trial) => {
      await trial.goTo('dualwrite');
      trial[side].shut({ operations: WRITES, moment: 'before', times: 1 });
      const first = trial.begin({ kind: 'set', key, value: 'first' });
      await trial.settle();
      const second = trial.begin({ kind: 'set', key, value: 'second' });
      await trial.settle();
      await trial.recover();
      trial.assertShielded(await trial.finish(first), 'a set');
      trial.assertShielded(await trial.finish(second), 'a set');
      await assertAgreement(trial, key, ['dualwrite', 'live 100', 'live 0']);
    },
  };
}

export const setsCross: Scenario = {
  number: 5,
  title: 'two concurrent sets cross between the sides',
  must: 'both sides end with the same value',
  how: 'in `dualwrite` a set of a key is held up at one side, a second set of it is made, then the first goes on; then reads before the promotion, after it, and after the way back',
  run: (create) => playAll([crossingOn('next'), crossingOn('legacy')], create),
};
