import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario } from '../scenario.js';
import { assertAgreement, climbWithoutWaiting } from './interleavings.js';

const key = 'key';
const HELD_UP = { operations: WRITES, moment: 'before', times: 1 } as const;

export const writeOfOffEndsLate: Scenario = {
  number: 7,
  title: 'a write begun under `off` ends after the switch',
  must: 'next does not answer before writes of `off` have ended',
  how: 'in `off` a set is held up at legacy; the subject is moved up as far as its steps end; then the key is read, or set a second time; then the first set goes on',
  run: (create) =>
    playAll(
      [
        {
          name: 'the key is read in between',
          play: async (trial) => {
            await trial.shielded({ kind: 'set', key, value: 'old' });
            trial.legacy.shut(HELD_UP);
            const writing = trial.begin({ kind: 'set', key, value: 'new' });
            await trial.settle();
            const step = await climbWithoutWaiting(trial, 'live 100');
            await trial.read(key);
            await trial.settle();
            await trial.recover();
            trial.assertShielded(await trial.finish(writing), 'a set');
            if (step !== undefined) await trial.finish(step);
            await trial.read(key);
            await trial.goTo('live 100');
            await trial.read(key);
          },
        },
        {
          name: 'the key is set in between',
          play: async (trial) => {
            trial.legacy.shut(HELD_UP);
            const first = trial.begin({ kind: 'set', key, value: 'first' });
            await trial.settle();
            const step = await climbWithoutWaiting(trial, 'dualwrite');
            const second = trial.begin({ kind: 'set', key, value: 'second' });
            await trial.settle();
            await trial.recover();
            trial.assertShielded(await trial.finish(first), 'a set');
            trial.assertShielded(await trial.finish(second), 'a set');
            if (step !== undefined) await trial.finish(step);
            await assertAgreement(trial, key, ['dualwrite', 'live 100', 'live 0']);
          },
        },
      ],
      create,
    ),
};
