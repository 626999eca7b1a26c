import { Broken } from '../finding.js';
import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario } from '../scenario.js';
import { overtakenFills } from './interleavings.js';

const key = 'key';

export const clearRaces: Scenario = {
  number: 13,
  title: '`clear` racing with `set` or with a late fill',
  must: 'nothing from before the clear survives it on either side',
  how: 'as 3, with a clear in the place of the set; and in `dualwrite` a set is held up at next while everything is cleared, and is read before and after the promotion',
  run: (create) =>
    playAll(
      [
        {
          name: 'a set is on its way into next',
          play: async (trial) => {
            await trial.goTo('dualwrite');
            trial.next.shut({ operations: WRITES, moment: 'before', times: 1 });
            const setting = trial.begin({ kind: 'set', key, value: 'before' });
            await trial.settle();
            const clearing = trial.begin({ kind: 'clear' });
            await trial.settle();
            await trial.recover();
            trial.assertShielded(await trial.finish(setting), 'a set');
            trial.assertShielded(await trial.finish(clearing), 'a clear');
            await trial.settle();
            const inLegacy = await trial.read(key);
            await trial.goTo('live 100');
            if (inLegacy === undefined && (await trial.read(key)) !== undefined) {
              throw new Broken('gone after the clear, and back after the promotion');
            }
          },
        },
        ...overtakenFills({ kind: 'clear' }),
      ],
      create,
    ),
};
