import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { CacheError, describeValue } from '../../cache-error.js';
import type { ConformanceCase } from '../conformance-case.js';
import { assertHit, assertRefused, assertUsable } from './assertions.js';
import { hostileValues, thrower, UNSTORABLE } from './hostile-values.js';

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
  ...UNSTORABLE.map(([what, value]): ConformanceCase => ({
    facet,
    title: `refuses ${what} and keeps what was there`,
    run: async ({ cache }) => {
      await cache.set('key', 'old');
      await assertRefused('INVALID_VALUE', what, () => cache.set('key', value));
      await assertHit(cache, 'key', 'old');
      await assertUsable(cache);
    },
  })),
  ...hostileValues().map(([what, value]): ConformanceCase => ({
    facet,
    title: `gives ${what} back as it was, or refuses it and keeps what was there`,
    run: async ({ cache }) => {
      await cache.set('key', 'old');
      const refusal = await refusalOf(() => cache.set('key', value));
      if (refusal === undefined) {
        assert.ok(isSame(await cache.get('key'), value), 'another value came back');
        const found = await cache.lookup('key');
        assert.ok(found.kind === 'hit' && isSame(found.value, value), 'lookup gave another value');
      } else {
        assert.ok(
          refusal instanceof CacheError,
          `refused with ${describeValue(refusal)}, which is no CacheError`,
        );
        const { code } = refusal as CacheError;
        assert.ok(code === 'INVALID_VALUE' || code === 'TOO_LARGE', `refused with ${code}`);
        await assertHit(cache, 'key', 'old');
      }
      await assertUsable(cache);
      assert.equal(await cache.delete('key'), true);
    },
  })),
  {
    facet,
    title: 'is not disturbed by options that are none',
    run: async ({ cache }) => {
      for (const options of [null, 5, 'ttl', [], Object.freeze({}), { ttl: undefined }]) {
        await cache.set('key', 1, options as object);
        await assertHit(cache, 'key', 1);
      }
      const throwing = Object.defineProperty({}, 'ttl', { get: thrower });
      await assert.rejects(cache.set('key', 2, throwing));
      await assertHit(cache, 'key', 1);
      await assertUsable(cache);
    },
  },
];

async function refusalOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The same thing, or one that is alike in every part; the prototype of plain data does not count. */
function isSame(got: unknown, expected: unknown): boolean {
  if (Object.is(got, expected)) return true;
  try {
    return isDeepStrictEqual(withPrototype(got), withPrototype(expected));
  } catch {
    return false;
  }
}

function withPrototype(value: unknown): unknown {
  const isBare = typeof value === 'object' && value !== null && !Object.getPrototypeOf(value);
  return isBare ? { ...value } : value;
}
