import { reasonOf } from '../call.js';
import { Averted, Broken } from '../finding.js';
import { playAll, type Scenario } from '../scenario.js';
import type { Trial } from '../trial.js';

const [changed, deleted] = ['changed', 'deleted'];

async function readBoth(trial: Trial): Promise<void> {
  trial.lookAround();
  await trial.read(changed);
  await trial.read(deleted);
  await trial.goTo('live 0');
  await trial.read(changed);
  await trial.read(deleted);
}

export const rollbackFromComplete: Scenario = {
  number: 8,
  title: 'rollback from `complete` serves what legacy last saw',
  must: 'refused, or with a legacy that was emptied',
  how: 'two keys are set in `rampdown`; in `complete` one is changed and one deleted; then back, and both are read',
  run: (create) =>
    playAll(
      [
        {
          name: 'back from complete',
          play: async (trial) => {
            await trial.goTo('rampdown');
            await trial.shielded({ kind: 'set', key: changed, value: 'old' });
            await trial.shielded({ kind: 'set', key: deleted, value: 'old' });
            await trial.goTo('complete');
            await trial.shielded({ kind: 'set', key: changed, value: 'new' });
            await trial.shielded({ kind: 'delete', key: deleted });
            const back = await trial.finish(trial.beginRollback());
            if (back === undefined) throw new Broken('the rollback did not end');
            if (back.kind === 'answered') return readBoth(trial);
            const { subject } = trial;
            if (subject.rollbackCold !== undefined) {
              const cold = await trial.finish(
                trial.beginCall(async () => subject.rollbackCold?.()),
              );
              trial.assertShielded(cold, 'a cold rollback');
              await readBoth(trial);
            }
            throw new Averted(`the rollback was refused: ${reasonOf(back.error)}`);
          },
        },
      ],
      create,
    ),
};
