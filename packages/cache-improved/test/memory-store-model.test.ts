import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryStore, type Removal } from '../src/index.js';

interface Entry {
  value: number;
  ttl: number;
  expiresAt: number;
}

// Few that come again and again, and more than a block of slots holds.
const keys = fc
  .oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 90 }))
  .map((number) => `key ${number}`);
const ttls = fc.constantFrom(0, 1, 7, 40, 31_536_000_000, Infinity);
const steps = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.record({ do: fc.constant('get' as const), key: keys }) },
    {
      weight: 50,
      arbitrary: fc.record({
        do: fc.constantFrom('set' as const, 'add' as const),
        key: keys,
        value: fc.integer({ min: 0, max: 30 }),
        ttl: ttls,
        // To weigh a value takes time.
        weighing: fc.constantFrom(0, 0, 1, 7),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), key: keys }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('advance' as const),
        ms: fc.integer({ min: 0, max: 20 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('resize' as const),
        maxEntries: fc.integer({ min: 1, max: 70 }),
        maxBytes: fc.integer({ min: 30, max: 900 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  ),
  { maxLength: 300 },
);

const variants = fc.record({
  policy: fc.constantFrom('s3-fifo' as const, 'lru' as const),
  expiry: fc.constantFrom('absolute' as const, 'sliding' as const),
  maxEntries: fc.integer({ min: 1, max: 70 }),
  maxBytes: fc.integer({ min: 30, max: 900 }),
});

/** A map without bounds, from which goes what the store says that it evicted. */
it('is a map with lifetimes, less what it evicts for room, and tells of each removal', () => {
  fc.assert(
    fc.property(steps, variants, (history, variant) => {
      const clock = new ManualClock(1000);
      const model = new Map<string, Entry>();
      const removals: Removal<number>[] = [];
      let { maxEntries, maxBytes } = variant;
      let weighing = 0;
      const store = new MemoryStore<number>({
        ...variant,
        clock,
        random: () => 0.5,
        sizeOf: (value) => {
          clock.advance(weighing);
          weighing = 0;
          return value;
        },
        onRemoval: (removal) => removals.push(removal),
      });

      const isLive = (entry: Entry | undefined): entry is Entry =>
        entry !== undefined && entry.expiresAt > clock.now();
      const live = () => [...model].filter(([, entry]) => isLive(entry));
      const expectGone = (reason: string, key: string, value: number) =>
        expect(removals.shift()).toEqual({ key, value, reason });
      const settle = (written?: string) => {
        for (const removal of removals.splice(0)) {
          const entry = model.get(removal.key);
          expect(entry?.value).toBe(removal.value);
          // What was just written stays, and nothing live goes while something expired is there.
          expect(removal.key).not.toBe(written);
          expect(isLive(entry)).toBe(removal.reason === 'evict');
          if (removal.reason === 'evict') expect(live()).toHaveLength(model.size);
          else expect(removal.reason).toBe('expire');
          model.delete(removal.key);
        }
      };

      for (const step of history) {
        switch (step.do) {
          case 'get': {
            const entry = model.get(step.key);
            const value = store.get(step.key);
            settle();
            expect(value).toBe(isLive(entry) ? entry.value : undefined);
            if (isLive(entry) && variant.expiry === 'sliding') {
              entry.expiresAt = clock.now() + entry.ttl;
            }
            break;
          }
          case 'set':
          case 'add': {
            const old = model.get(step.key);
            const { value, ttl } = step;
            const expiresAt = clock.now() + ttl;
            weighing = step.weighing;
            if (step.do === 'add') {
              const wasLive = isLive(old);
              expect(store.add(step.key, value, { ttl })).toBe(!wasLive);
              if (wasLive) break;
            } else {
              store.set(step.key, value, { ttl });
            }
            if (old !== undefined) {
              const reason = isLive(old) ? (ttl === 0 ? 'delete' : 'set') : 'expire';
              expectGone(reason, step.key, old.value);
            }
            model.delete(step.key);
            settle(step.key);
            if (ttl > 0) model.set(step.key, { value, ttl, expiresAt });
            break;
          }
          case 'delete': {
            const old = model.get(step.key);
            expect(store.delete(step.key)).toBe(isLive(old));
            if (old !== undefined)
              expectGone(isLive(old) ? 'delete' : 'expire', step.key, old.value);
            model.delete(step.key);
            break;
          }
          case 'advance':
            clock.advance(step.ms);
            break;
          case 'sweep':
            store.removeExpired();
            settle();
            expect(live()).toHaveLength(model.size);
            break;
          case 'resize':
            ({ maxEntries, maxBytes } = step);
            store.resize({ maxEntries, maxBytes });
            settle();
            break;
          case 'clear': {
            store.clear();
            const gone = removals.splice(0).map(({ key, reason }) => [key, reason]);
            const left = [...model].map(([key, e]) => [key, isLive(e) ? 'clear' : 'expire']);
            expect(gone.sort()).toEqual(left.sort());
            model.clear();
            break;
          }
        }
        const weight = [...model.values()].reduce((sum, { value }) => sum + value, 0);
        expect(store.bytes).toBe(weight);
        expect(weight).toBeLessThanOrEqual(maxBytes);
        expect(model.size).toBeLessThanOrEqual(maxEntries);
      }
      expect(
        [...store.entries()].map(({ key, value, expiresAt }) => [key, value, expiresAt]),
      ).toEqual(
        expect.arrayContaining(live().map(([key, entry]) => [key, entry.value, entry.expiresAt])),
      );
      expect(store.size).toBe(live().length);
    }),
    { numRuns: 100 },
  );
});
