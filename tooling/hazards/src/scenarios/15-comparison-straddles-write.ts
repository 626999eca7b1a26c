import { Broken, NotOffered } from '../finding.js';
import { READS } from '../gated-cache.js';
import { playAll, type Scenario, type Situation } from '../scenario.js';

const key = 'key';

/** A comparison may be repeated, and has this long, in milliseconds. */
const LATER = 60_000;

function slow(side: 'legacy' | 'next'): Situation {
  return {
    name: `${side} is slow to answer`,
    play: async (trial) => {
      const { subject } = trial;
      if (subject.mismatches === undefined) throw new NotOffered('it compares nothing');
      await trial.goTo('shadow');
      await trial.shielded({ kind: 'set', key, value: 'old' });
      await trial.settle();
      trial[side].shut({ operations: READS, moment: 'before', times: 1 });
      const reading = trial.begin({ kind: 'get', key });
      await trial.settle();
      await trial.shielded({ kind: 'set', key, value: 'new' });
      await trial.settle();
      await trial.recover();
      await trial.finish(reading);
      await trial.pass(LATER);
      if (subject.mismatches.length > 0) {
        throw new Broken('a difference was reported, though both sides agree');
      }
      trial.assume('different', 'in legacy');
      await trial.legacy.set('different', 'in legacy');
      await trial.next.set('different', 'in next');
      await trial.read('different');
      await trial.pass(LATER);
      if (subject.mismatches.length === 0) {
        throw new NotOffered('it reports no difference that is there either');
      }
    },
  };
}

export const comparisonStraddlesWrite: Scenario = {
  number: 15,
  title: 'a comparison straddles a write and reports a false mismatch',
  must: 'no difference is reported where both sides agree',
  how: 'in `shadow` a read is held up at one side, the key is set on both, the read goes on. A comparison may take a second look; a difference that is there must be reported',
  run: (create) => playAll([slow('next'), slow('legacy')], create),
};
