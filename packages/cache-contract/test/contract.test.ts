import { expect, it } from 'vitest';
import { CacheError, describeValue, hitRateOf, MAX_TTL, wholeTtl } from '../src/index.js';

it('keeps whole lifetimes and rounds fractions up', () => {
  expect([0, 1, 0.25, 1.5, MAX_TTL, Infinity].map(wholeTtl)).toEqual([
    0,
    1,
    1,
    2,
    MAX_TTL,
    Infinity,
  ]);
  expect(Object.is(wholeTtl(-0), 0)).toBe(true);
});

it.each([-1, NaN, -Infinity, MAX_TTL + 1, '5', null, undefined, {}, Symbol('ttl')])(
  'refuses a lifetime of %s and says what was expected and what came',
  (ttl) => {
    expect(() => wholeTtl(ttl)).toThrow(CacheError);
    expect(() => wholeTtl(ttl)).toThrow(/expected a ttl in milliseconds.*got/);
  },
);

it('names any value without throwing', () => {
  const hostile = {
    toString: () => {
      throw new Error('gotcha');
    },
  };
  expect([-0, 'x'.repeat(99), hostile, Symbol('s'), () => 1, null, 5n].map(describeValue)).toEqual([
    'number -0',
    'a string of 99 characters',
    'an object',
    'a symbol',
    'a function',
    'null',
    'bigint 5',
  ]);
});

it('has a hit rate of 0 before anything was asked', () => {
  expect(hitRateOf(0, 0)).toBe(0);
  expect(hitRateOf(3, 1)).toBe(0.75);
});
