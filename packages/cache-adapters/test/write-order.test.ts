import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WriteOrder } from '../src/adapter/write-order.js';

interface Write {
  readonly key: 'a' | 'b' | 'all';
  /** How many turns of the promise queue it takes. */
  readonly turns: number;
  readonly fails: boolean;
}

const writes = fc.array(
  fc.record<Write>({
    key: fc.constantFrom('a', 'b', 'all'),
    turns: fc.nat({ max: 5 }),
    fails: fc.boolean(),
  }),
  { maxLength: 12 },
);

describe('WriteOrder', () => {
  it('carries out the writes of a key, and those of everything, in the order of the calls', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (asked) => {
        const order = new WriteOrder();
        const log: [number, 'begins' | 'ends'][] = [];
        const outcomes = asked.map(({ key, turns, fails }, index) => {
          const write = async (): Promise<number> => {
            log.push([index, 'begins']);
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            log.push([index, 'ends']);
            if (fails) throw new Error(`${index}`);
            return index;
          };
          return key === 'all' ? order.runAlone(write) : order.run(key, write);
        });
        const settled = await Promise.allSettled(outcomes);
        for (const [index, outcome] of settled.entries()) {
          expect(outcome.status).toBe(asked[index]?.fails === true ? 'rejected' : 'fulfilled');
        }
        for (const [later, { key }] of asked.entries()) {
          for (const [earlier, { key: other }] of asked.slice(0, later).entries()) {
            if (key !== 'all' && other !== 'all' && key !== other) continue;
            const end = log.findIndex(([index, what]) => index === earlier && what === 'ends');
            const begin = log.findIndex(([index, what]) => index === later && what === 'begins');
            expect(end).toBeLessThan(begin);
          }
        }
      }),
    );
  });
});
