import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bucketOf, isBelow } from '../src/stages/bucket.js';

it('puts keys evenly into 10 000 buckets', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let number = 0; number < 100_000; number += 1) {
    const bucket = bucketOf(`job:${number}`);
    expect(bucket).toBeGreaterThanOrEqual(0);
    expect(bucket).toBeLessThan(10_000);
    const tenth = Math.floor(bucket / 1000);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

it('is the same in every process and version: the values are part of the protocol', () => {
  expect(['a', 'job:1', 'ключ', '🗝️', ''].map(bucketOf)).toMatchInlineSnapshot(`
    [
      1715,
      3609,
      5672,
      2159,
      8923,
    ]
  `);
});

it('lets a key change sides once while the percentage rises', () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const sides = Array.from({ length: 101 }, (_, percentage) => isBelow(key, percentage));
      expect(sides[0]).toBe(false);
      expect(sides[100]).toBe(true);
      const changes = sides.filter((side, index) => index > 0 && side !== sides[index - 1]);
      expect(changes).toEqual([true]);
    }),
  );
});
