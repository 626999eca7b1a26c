import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario } from '../scenario.js';
import type { Trial } from '../trial.js';
import { LEGACY_IS_DOWN, NEXT_IS_DOWN } from './interleavings.js';

const key = 'key';

/** Twice: the first read may have put back what the second one finds. */
async function readEverywhere(trial: Trial): Promise<void> {
  await trial.read(key);
  await trial.settle();
  await trial.read(key);
  await trial.recover();
  await trial.read(key);
  await trial.pass(10_000);
  await trial.read(key);
  await trial.goTo('live 0');
  await trial.read(key);
}

export const deleteOnOneSide: Scenario = {
  number: 2,
  title: 'delete confirmed on one side only, value resurrected by fallback or back-fill',
  must: 'the delete wins',
  how: 'in `live` one side refuses a delete; then reads there, after the recovery, and after the way back. A delete that failed for its caller because of legacy promises nothing',
  run: (create) =>
    playAll(
      [
        {
          name: 'legacy refuses the delete',
          play: async (trial) => {
            await trial.goTo('live 100');
            await trial.shielded({ kind: 'set', key, value: 'old' });
            await trial.read(key);
            trial.legacy.inject(LEGACY_IS_DOWN, { operations: WRITES });
            await trial.write({ kind: 'delete', key });
            await readEverywhere(trial);
          },
        },
        {
          name: 'next refuses the delete',
          play: async (trial) => {
            await trial.goTo('live 100');
            await trial.shielded({ kind: 'set', key, value: 'old' });
            await trial.read(key);
            await trial.settle();
            trial.next.inject(NEXT_IS_DOWN, { operations: WRITES });
            await trial.shielded({ kind: 'delete', key });
            await readEverywhere(trial);
          },
        },
      ],
      create,
    ),
};
