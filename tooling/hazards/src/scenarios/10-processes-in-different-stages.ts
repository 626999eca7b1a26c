import { ReferenceCache, ReferenceStore } from '@resync/cache-contract/testing';
import { Averted } from '../finding.js';
import { playAll, type Scenario } from '../scenario.js';
import { DEFAULT_TTL, type Surroundings } from '../surroundings.js';

const key = 'key';

/** Both caches are shared by all processes, as servers are. */
const shared: Surroundings = (clock) => {
  const stores = { legacy: new ReferenceStore(), next: new ReferenceStore() };
  return () => ({
    legacy: new ReferenceCache({ clock, store: stores.legacy, defaultTtl: DEFAULT_TTL }),
    next: new ReferenceCache({ clock, store: stores.next, defaultTtl: DEFAULT_TTL }),
  });
};

export const processesInDifferentStages: Scenario = {
  number: 10,
  title: 'two processes in different stages',
  must: 'never further apart than neighbours; or refused, where nobody holds them together',
  how: 'two subjects over the same two shared stores; one goes to `live`, the other has not heard of it and stays in `off`, where it sets a key that the first one has read and reads again',
  run: (create) =>
    playAll(
      [
        {
          name: 'one has not heard of it',
          surroundings: shared,
          play: async (trial) => {
            const other = await trial.another();
            try {
              await trial.goTo('dualwrite');
              await trial.shielded({ kind: 'set', key, value: 'old' });
              const refusal = await trial.tryTo('live 100').catch((error: unknown) => error);
              await trial.read(key);
              await trial.settle();
              await other.shielded({ kind: 'set', key, value: 'new' });
              await trial.read(key);
              await other.read(key);
              if (refusal instanceof Averted) throw refusal;
            } finally {
              await other.close();
            }
          },
        },
      ],
      create,
    ),
};
