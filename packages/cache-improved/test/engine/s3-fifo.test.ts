import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_SLOT } from '../../src/engine/eviction-policy.js';
import { Lru } from '../../src/engine/lru.js';
import { S3Fifo } from '../../src/engine/s3-fifo.js';
import { ModelS3Fifo } from './model-s3-fifo.js';
import { PolicyRun } from './policy-run.js';
import { drifting, looping, stepping, twice, zipf } from './requests.js';

/** Distinct in all bits that the ghosts look at. */
const hash = (key: number): number => Math.imul(key + 1, 0x9e37_79b1) >>> 0;

/** Two entries come into the main list before all that is in it, by the time of their last use. */
const PUT_BEFORE_THE_OLDEST = [6, 9, 3, 0, 3, 1, 5, 5, 8, 8, 0, 1].map((key) => ({
  do: 'get' as const,
  key,
}));

describe('S3-FIFO', () => {
  // Twenty epochs at most: an age over thirty-one is not told from a younger one.
  const step = fc.record({
    do: fc.constantFrom('get' as const, 'get' as const, 'get' as const, 'remove' as const),
    key: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 40 })),
  });

  it('evicts what its model evicts', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        (history, capacity) => {
          const keyIn: number[] = [];
          const policy = new S3Fifo({ hashOf: (slot) => hash(keyIn[slot] ?? 0) });
          policy.grow(FIRST_SLOT + capacity);
          const model = new ModelS3Fifo();
          const slotOf = new Map<number, number>();
          const free = Array.from({ length: capacity }, (_, index) => FIRST_SLOT + index);
          for (const { do: action, key } of history) {
            const slot = slotOf.get(key);
            if (action === 'remove') {
              if (slot === undefined) continue;
              policy.removed(slot);
              model.removed(key);
              slotOf.delete(key);
              free.push(slot);
            } else if (slot !== undefined) {
              policy.hit(slot);
              model.hit(key);
            } else {
              if (free.length === 0) {
                const victim = policy.takeVictim();
                const gone = keyIn[victim] ?? -1;
                expect(gone).toBe(model.takeVictim());
                slotOf.delete(gone);
                free.push(victim);
              }
              const taken = free.pop() ?? 0;
              keyIn[taken] = key;
              slotOf.set(key, taken);
              policy.added(taken);
              model.added(key);
            }
          }
        },
      ),
      { numRuns: 4000, examples: [[PUT_BEFORE_THE_OLDEST, 3]] },
    );
  });

  it('moves no more than a bound in one eviction, however everything is used', () => {
    const run = new PolicyRun((ports) => new S3Fifo(ports), 2000);
    let most = 0;
    for (let round = 0; round < 20; round += 1) {
      for (let key = 0; key < 2000; key += 1) {
        for (let use = 0; use < 4; use += 1) run.request(key);
      }
      for (let key = 0; key < 50; key += 1) {
        run.request(10_000 + round * 50 + key);
        most = Math.max(most, run.policy.moves);
      }
    }
    expect(most).toBeGreaterThan(32);
    expect(most).toBeLessThanOrEqual(64);
  });

  it('keeps within the same bounds where all keys have one hash', () => {
    const run = new PolicyRun((ports) => new S3Fifo({ ...ports, hashOf: () => 7 }), 500);
    let most = 0;
    for (const key of zipf({ keys: 3000, skew: 0.9, count: 30_000 })) {
      run.request(key);
      most = Math.max(most, run.policy.moves);
    }
    expect(most).toBeLessThanOrEqual(64);
    expect(run.size).toBe(500);
  });

  it.each([
    ['Zipf', zipf({ keys: 5000, skew: 0.99, count: 60_000 }), 5],
    ['a loop of twice the entries', looping({ keys: 1000, count: 60_000 }), 35],
  ])('hits more often than LRU on %s', (_, requests, points) => {
    const policy = new PolicyRun((ports) => new S3Fifo(ports), 500);
    const lru = new PolicyRun(() => new Lru(), 500);
    for (const key of requests) {
      policy.request(key);
      lru.request(key);
    }
    expect((100 * (policy.hits - lru.hits)) / requests.length).toBeGreaterThan(points);
  });

  // Each of them is made for least-recently-used eviction, and loses where the policy is slow to notice. In the
  // large cache the account looks at a sample.
  it.each([
    [1000, 'near a point that moves on', drifting({ window: 800, count: 200_000 }), 2.5],
    [
      1000,
      'twice, at nearly the longest distance that LRU bears',
      twice({ distance: 480, count: 100_000 }),
      -1,
    ],
    [
      1000,
      'more or less at random, from a set that moves on in steps',
      stepping({ count: 120_000 }),
      -0.8,
    ],
    [20_000, 'near a point that moves on', drifting({ window: 16_000, count: 1_000_000 }), 2.5],
    [
      20_000,
      'twice, at nearly the longest distance that LRU bears',
      twice({ distance: 9600, count: 1_000_000 }),
      -1.3,
    ],
  ])(
    'is with %i entries about as good as LRU at least where keys are asked for %s',
    (entries, _, requests, points) => {
      const policy = new PolicyRun((ports) => new S3Fifo(ports), entries);
      const lru = new PolicyRun(() => new Lru(), entries);
      for (const key of requests) {
        policy.request(key);
        lru.request(key);
      }
      expect((100 * (policy.hits - lru.hits)) / requests.length).toBeGreaterThan(points);
    },
  );

  it('does not lose its entries to a scan', () => {
    const run = new PolicyRun((ports) => new S3Fifo(ports), 500);
    for (const key of zipf({ keys: 400, skew: 0.6, count: 20_000 })) run.request(key);
    for (let key = 0; key < 5000; key += 1) run.request(1_000_000 + key);
    const before = run.hits;
    for (let key = 0; key < 400; key += 1) run.request(key);
    expect(run.hits - before).toBeGreaterThan(300);
  });
});
