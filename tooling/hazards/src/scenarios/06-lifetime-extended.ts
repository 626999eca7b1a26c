import type { Lookup } from '@resync/cache-contract';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { NotOffered } from '../finding.js';
import { WRITES } from '../gated-cache.js';
import { playAll, type Scenario } from '../scenario.js';
import { DEFAULT_TTL, type Surroundings } from '../surroundings.js';
import type { Trial } from '../trial.js';
import { NEXT_IS_DOWN } from './interleavings.js';

const key = 'key';
const SECOND = 1000;

/** Does not tell when its entries end. */
class SilentCache extends ReferenceCache {
  override async lookup(key: string): Promise<Lookup<unknown>> {
    const found = await super.lookup(key);
    return found.kind === 'hit' ? { kind: 'hit', value: found.value } : found;
  }
}

const silentLegacy: Surroundings = (clock) => () => ({
  legacy: new SilentCache({ clock, defaultTtl: DEFAULT_TTL }),
  next: new ReferenceCache({ clock, defaultTtl: DEFAULT_TTL }),
});

async function takeOver(trial: Trial): Promise<void> {
  await trial.shielded({ kind: 'set', key, value: 'short', ttl: 60 * SECOND });
  await trial.goTo('live 100');
  await trial.pass(50 * SECOND);
  await trial.read(key);
  await trial.settle();
  if ((await trial.next.get(key)) === undefined) {
    throw new NotOffered('what only legacy has is not put into next');
  }
  await trial.pass(11 * SECOND);
  await trial.read(key);
}

export const lifetimeExtended: Scenario = {
  number: 6,
  title: 'back-fill, warm-up or a queue extends the lifetime',
  must: 'no copy outlives the deadline that its write had',
  how: 'an entry of 60 s gets into next 50 s after it was set: by a read that takes it over (legacy tells when it ends, or does not), and by the repetition of a second write that next refused; it is read 61 s after it was set',
  run: (create) =>
    playAll(
      [
        { name: 'taken over by a read', play: takeOver },
        {
          name: 'taken over by a read, from a legacy that does not tell when entries end',
          surroundings: silentLegacy,
          play: takeOver,
        },
        {
          name: 'brought by a repetition',
          play: async (trial) => {
            await trial.goTo('dualwrite');
            trial.next.inject(NEXT_IS_DOWN, { operations: WRITES });
            const short = { kind: 'set', key, value: 'short', ttl: 60 * SECOND } as const;
            if ((await trial.write(short)) === 'failed') {
              throw new NotOffered('a second write that fails is not repeated');
            }
            await trial.pass(50 * SECOND);
            await trial.recover();
            await trial.pass(5 * SECOND);
            if ((await trial.next.get(key)) === undefined) {
              throw new NotOffered('a second write that fails is not repeated');
            }
            await trial.goTo('live 100');
            await trial.pass(6 * SECOND);
            await trial.read(key);
          },
        },
      ],
      create,
    ),
};
