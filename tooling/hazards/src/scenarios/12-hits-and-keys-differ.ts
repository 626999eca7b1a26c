import type { Lookup, SetOptions } from '@resync/cache-contract';
import { MISS } from '@resync/cache-contract';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { Averted, Broken } from '../finding.js';
import type { Rung } from '../ladder.js';
import { playAll, type Scenario } from '../scenario.js';
import { DEFAULT_TTL, type Surroundings } from '../surroundings.js';

/**
 * A cache as there are many: a stored null reads as a miss, a lifetime of 0 means for ever, and a line
 * end in a key is as good as anything.
 */
class LooseCache extends ReferenceCache {
  override async lookup(key: string): Promise<Lookup<unknown>> {
    const found = await super.lookup(plain(key));
    return found.kind === 'hit' && found.value === null ? MISS : found;
  }

  override async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    return super.set(plain(key), value, options?.ttl === 0 ? { ttl: Infinity } : options);
  }

  override async delete(key: string): Promise<boolean> {
    return super.delete(plain(key));
  }
}

function plain(key: string): string {
  return key.replaceAll(/[\r\n]/g, '_');
}

const looseNext: Surroundings = (clock) => () => ({
  legacy: new ReferenceCache({ clock, defaultTtl: DEFAULT_TTL }),
  next: new LooseCache({ clock, defaultTtl: DEFAULT_TTL }),
});

/** The stages in which both are written. */
const BOTH_WRITTEN: readonly Rung[] = ['dualwrite', 'shadow', 'live 0', 'live 100', 'rampdown'];

const key = 'key';
const ODD_KEY = 'two\nlines';

export const hitsAndKeysDiffer: Scenario = {
  number: 12,
  title: "hit on `null`/`0`/`''`, ttl 0, odd keys differ between the sides",
  must: 'normalised; what remains is found before the start',
  how: 'next reads a stored null as a miss, keeps ttl 0 for ever and takes keys with line ends; legacy does none of that. A set with ttl 0 is read back; empty values are set in `dualwrite` and read in `live`; a key with a line end is set and deleted wherever both are written. A null that is lost is excused where a preflight named it',
  run: (create) =>
    playAll(
      [
        {
          name: 'a set with ttl 0',
          surroundings: looseNext,
          play: async (trial) => {
            await trial.goTo('live 100');
            await trial.shielded({ kind: 'set', key, value: 'old' });
            await trial.shielded({ kind: 'set', key, value: 'ended', ttl: 0 });
            await trial.pass(1000);
            await trial.read(key);
          },
        },
        {
          name: 'a key with a line end',
          surroundings: looseNext,
          play: async (trial) => {
            const taken = { set: [], delete: [] } as Record<'set' | 'delete', Rung[]>;
            for (const rung of BOTH_WRITTEN) {
              await trial.goTo(rung);
              const set = { kind: 'set', key: ODD_KEY, value: rung } as const;
              if ((await trial.write(set)) === 'acknowledged') {
                taken.set.push(rung);
                await trial.read(ODD_KEY);
              }
              const end = await trial.write({ kind: 'delete', key: ODD_KEY });
              if (end === 'acknowledged') taken.delete.push(rung);
            }
            for (const [kind, rungs] of Object.entries(taken)) {
              const refused = BOTH_WRITTEN.find((rung) => !rungs.includes(rung));
              if (rungs[0] === undefined || refused === undefined) continue;
              throw new Broken(`a ${kind} is taken in ${rungs[0]} and refused in ${refused}`);
            }
          },
        },
        {
          name: 'empty values',
          surroundings: looseNext,
          play: async (trial) => {
            const found = (await trial.subject.preflight?.()) ?? [];
            await trial.goTo('dualwrite');
            const values = [null, 0, '', false];
            for (const value of values) {
              await trial.shielded({ kind: 'set', key: `${key} ${value}`, value });
            }
            await trial.goTo('live 100');
            for (const value of values) {
              const isLost = (await trial.read(`${key} ${value}`)) !== value;
              if (isLost && !(value === null && found.includes('null'))) {
                throw new Broken(
                  `a stored ${JSON.stringify(value)} reads as a miss since the switch, and nobody had said so`,
                );
              }
            }
            if (found.includes('null')) throw new Averted(`preflight names: ${found.join(', ')}`);
          },
        },
      ],
      create,
    ),
};
