import assert from 'node:assert/strict';
import type { Cache } from '../../cache.js';
import { MAX_KEY_LENGTH } from '../../cache-key.js';
import type { ConformanceCase } from '../conformance-case.js';
import { hostileProxy, thrower } from './hostile-values.js';
import { assertHit, assertMiss, assertRefused, assertUsable } from './assertions.js';

const facet = 'keys';

const ODD_BUT_FINE = [
  ' ',
  'tab\tinside',
  'with space:and:colons',
  '*?[a-z]',
  '__proto__',
  'constructor',
  'ключ',
  '🗝️',
  'x'.repeat(MAX_KEY_LENGTH),
];

const ALIKE = ['1', '01', '1.0', ' 1', 'é', 'e\u0301', 'A', 'a'];

const REFUSED: readonly (readonly [string, unknown])[] = [
  ['an empty key', ''],
  ['a key of 1001 characters', 'x'.repeat(MAX_KEY_LENGTH + 1)],
  ['a key with NUL', 'a\0b'],
  ['a key with CR', 'a\rb'],
  ['a key with LF', 'a\nb'],
  ['a key with a lone surrogate', 'a\uD800b'],
  ['a number', 1],
  ['null', null],
  ['undefined', undefined],
  ['NaN', NaN],
  ['minus zero', -0],
  ['a bigint', 1n],
  ['a boolean', true],
  ['a symbol', Symbol('key')],
  ['an object', {}],
  ['an array', ['key']],
  ['a function', () => 'key'],
  ['a string object', Object('key')],
  ['an object whose text throws', { toString: thrower }],
  ['an object that throws whatever one does', hostileProxy()],
  ['a key of ten million characters', 'x'.repeat(10_000_000)],
];

function everyCallWith(cache: Cache, key: string): readonly (() => Promise<unknown>)[] {
  return [
    () => cache.get(key),
    () => cache.lookup(key),
    () => cache.set(key, 'value'),
    () => cache.delete(key),
    () => cache.has(key),
  ];
}

export const keys: readonly ConformanceCase[] = [
  {
    facet,
    title: 'takes every well-formed key',
    run: async ({ cache }) => {
      for (const key of ODD_BUT_FINE) await cache.set(key, key);
      for (const key of ODD_BUT_FINE) await assertHit(cache, key, key);
      assert.deepEqual((await cache.getKeys()).sort(), [...ODD_BUT_FINE].sort());
      for (const key of ODD_BUT_FINE) assert.equal(await cache.delete(key), true);
      assert.equal(await cache.size(), 0);
    },
  },
  {
    facet,
    title: 'does not confuse keys that look alike',
    run: async ({ cache }) => {
      for (const key of ALIKE) await cache.set(key, `value of ${key}`);
      for (const key of ALIKE) await assertHit(cache, key, `value of ${key}`);
      assert.equal(await cache.size(), ALIKE.length);
    },
  },
  {
    facet,
    title: 'misses the names that every object has',
    run: async ({ cache }) => {
      for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        await assertMiss(cache, key);
        assert.equal(await cache.delete(key), false);
      }
    },
  },
  ...REFUSED.map(([what, key]): ConformanceCase => ({
    facet,
    title: `refuses ${what}`,
    run: async ({ cache }) => {
      await cache.set('bystander', 1);
      for (const call of everyCallWith(cache, key as string)) {
        await assertRefused('INVALID_KEY', what, call);
      }
      await assertHit(cache, 'bystander', 1);
      assert.equal(await cache.size(), 1);
      await assertUsable(cache);
    },
  })),
];
