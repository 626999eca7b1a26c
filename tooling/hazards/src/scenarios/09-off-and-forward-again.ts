import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario } from '../scenario.js';
import { assertAgreement } from './interleavings.js';

const [changed, deleted] = ['changed', 'deleted'];

export const offAndForwardAgain: Scenario = {
  number: 9,
  title: 'rollback to `off`, later forward again: next still has the old values',
  must: 'next is emptied before it answers again',
  how: 'two keys are set and read in `live`; back to `off`, where one is changed and one deleted; forward again, and both are read in `live` and `rampdown`. Likewise with a set of before that takes effect on next after all that',
  run: (create) =>
    playAll(
      [
        {
          name: 'off, and forward again',
          play: async (trial) => {
            await trial.goTo('live 100');
            for (const key of [changed, deleted]) {
              await trial.shielded({ kind: 'set', key, value: 'old' });
              await trial.read(key);
            }
            await trial.goTo('off');
            await trial.shielded({ kind: 'set', key: changed, value: 'new' });
            await trial.shielded({ kind: 'delete', key: deleted });
            for (const rung of ['live 100', 'rampdown'] as const) {
              await trial.goTo(rung);
              await trial.read(changed);
              await trial.read(deleted);
            }
          },
        },
        {
          name: 'off, and forward again, while next is late with a set of before',
          play: async (trial) => {
            await trial.goTo('live 100');
            trial.next.shut({ operations: WRITES, moment: 'before', times: 1 });
            const late = trial.begin({ kind: 'set', key: changed, value: 'late' });
            await trial.pass(1000);
            await trial.goTo('off');
            await trial.shielded({ kind: 'set', key: changed, value: 'new' });
            await trial.goTo('live 100');
            await trial.read(changed);
            await trial.recover();
            await trial.finish(late);
            await trial.pass(30_000);
            await assertAgreement(trial, changed, ['live 100', 'live 0', 'live 100']);
          },
        },
      ],
      create,
    ),
};
