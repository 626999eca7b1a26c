import type { ConformanceCase } from '../conformance-case.js';
import { assertHit, assertRefused } from './assertions.js';

const facet = 'values';

const STORED: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['zero', 0],
  ['an empty string', ''],
  ['false', false],
  ['NaN', NaN],
  ['an empty array', []],
  ['an empty object', {}],
  ['a nested object', { list: [1, { deep: null }], text: 'x\0\ny' }],
  ['text outside the basic plane', '🗝️ ключ'],
];

export const values: readonly ConformanceCase[] = [
  ...STORED.map(([what, value]): ConformanceCase => ({
    facet,
    title: `stores ${what} as a value, and answers with a hit`,
    run: async ({ cache }) => {
      await cache.set('key', value);
      await assertHit(cache, 'key', value);
    },
  })),
  {
    facet,
    title: 'refuses undefined and keeps what was there',
    run: async ({ cache }) => {
      await cache.set('key', 'old');
      await assertRefused('INVALID_VALUE', 'set(key, undefined)', () =>
        cache.set('key', undefined),
      );
      await assertHit(cache, 'key', 'old');
    },
  },
];
