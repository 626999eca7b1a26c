import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario } from '../scenario.js';
import { NEXT_IS_DOWN } from './interleavings.js';

const key = 'key';

export const secondWriteFails: Scenario = {
  number: 1,
  title: 'second write fails, then promotion',
  must: 'next does not answer for the key until it was repaired',
  how: 'in `dualwrite` next refuses a set of a key that it holds; then up to `complete`, with a read at each stage, at first while next still refuses writes',
  run: (create) =>
    playAll(
      [
        {
          name: 'next refuses a set',
          play: async (trial) => {
            await trial.goTo('dualwrite');
            await trial.shielded({ kind: 'set', key, value: 'old' });
            await trial.settle();
            trial.next.inject(NEXT_IS_DOWN, { operations: WRITES });
            await trial.shielded({ kind: 'set', key, value: 'new' });
            await trial.goTo('live 100');
            await trial.read(key);
            await trial.recover();
            await trial.read(key);
            await trial.pass(10_000);
            for (const rung of ['live 100', 'rampdown', 'complete'] as const) {
              await trial.goTo(rung);
              await trial.read(key);
            }
          },
        },
      ],
      create,
    ),
};
