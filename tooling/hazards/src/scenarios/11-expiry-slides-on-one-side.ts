import { ReferenceCache } from '@resync/cache-contract/testing';
import { Averted, Broken } from '../finding.js';
import { playAll, type Scenario, type Situation } from '../scenario.js';
import { DEFAULT_TTL, type Surroundings } from '../surroundings.js';
import type { Trial } from '../trial.js';
import type { Rung } from '../ladder.js';

const key = 'key';
const SECOND = 1000;

const slidingLegacy: Surroundings = (clock) => () => ({
  legacy: new ReferenceCache({ clock, expiry: 'sliding', defaultTtl: DEFAULT_TTL }),
  next: new ReferenceCache({ clock, expiry: 'absolute', defaultTtl: DEFAULT_TTL }),
});

/** An entry of 60 s that is read every 40 s: it lives on where the expiry slides. */
async function isKeptByReading(trial: Trial): Promise<boolean> {
  for (let read = 0; read < 3; read += 1) {
    await trial.pass(40 * SECOND);
    if ((await trial.read(key)) === undefined) return false;
  }
  return true;
}

function setIn(rung: Rung): Situation {
  return {
    name: `set in ${rung}, read in live 100`,
    surroundings: slidingLegacy,
    play: async (trial) => {
      const found = (await trial.subject.preflight?.()) ?? [];
      await trial.goTo(rung);
      trial.assume(key, 'kept');
      await trial.finish(
        trial.beginCall(() => trial.subject.set(key, 'kept', { ttl: 60 * SECOND })),
      );
      await trial.goTo('live 100');
      const isKept = await isKeptByReading(trial);
      await trial.pass(61 * SECOND);
      if ((await trial.read(key)) !== undefined) {
        throw new Broken('an entry of 60 s is still there 61 s after its last read');
      }
      // What both sides were given ends where next says. What legacy alone was given must not end early.
      if (rung !== 'off' && found.includes('expiry')) {
        throw new Averted(`preflight names: ${found.join(', ')}`);
      }
      if (!isKept) {
        throw new Broken(
          'an entry of 60 s that is read every 40 s is gone, and nobody had said so',
        );
      }
    },
  };
}

export const expirySlidesOnOneSide: Scenario = {
  number: 11,
  title: 'legacy slides the expiry on every read, next does not',
  must: 'found before the start, and chosen',
  how: 'an entry of 60 s, set in `off` or in `live`, is read every 40 s in `live`, which keeps it under legacy; then it is left alone for 61 s. The early end of what was set in `live` is excused where a preflight named the difference; that of what legacy alone was given is not, and no overlong life is',
  run: (create) => playAll([setIn('off'), setIn('live 100')], create),
};
