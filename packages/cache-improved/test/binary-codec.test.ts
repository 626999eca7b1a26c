import { CacheError } from '@resync/cache-contract';
import fc from 'fast-check';
import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { binaryCodec } from '../src/redis/index.js';

class Job {
  readonly id = 1;
}

const roundTrip = (value: unknown): unknown =>
  binaryCodec.decode(Buffer.from(binaryCodec.encode(value)));

it.each([
  [null],
  [-0],
  [NaN],
  ['a\uD800b'],
  [10n],
  [new Date(0)],
  [new Map<unknown, unknown>([['a', new Set([1])]])],
  [/x/gi],
  [Buffer.from('bytes')],
  [new Float64Array([1, NaN])],
  [[undefined, { a: undefined }]],
  [JSON.parse('{"__proto__":{"admin":true}}')],
])('gives back %o as it was', (value) => {
  expect(roundTrip(value)).toStrictEqual(value);
});

it('gives back what refers to itself', () => {
  const value: { self?: unknown } = {};
  value.self = value;
  const back = roundTrip(value) as { self: unknown };
  expect(back.self).toBe(back);
});

it.each([
  ['a class', new URL('http://127.0.0.1/'), /an instance of URL/],
  ['a class inside', { a: [new Map([[1, new Job()]])] }, /an instance of Job/],
  ['an error', new Error('x'), /an instance of Error/],
  ['a function', { call: () => 1 }, /a function/],
  ['a symbol', Symbol('s'), /a symbol/],
  ['a proxy', new Proxy({}, {}), /a proxy/],
  ['an invalid date', new Date(NaN), /an invalid date/],
  [
    'a getter that throws',
    Object.defineProperty({}, 'a', { get: thrower, enumerable: true }),
    /cloned/,
  ],
])('refuses %s', (_, value, message) => {
  expect(() => binaryCodec.encode(value)).toThrow(message);
  expect(() => binaryCodec.encode(value)).toThrow(CacheError);
});

function thrower(): never {
  throw new Error('touched');
}

const TYPES_OF_DATA = ['undefined', 'boolean', 'number', 'bigint', 'string', 'object'];

/** The type of what is read from the bytes, or `error`. */
function outcomeOf(bytes: Uint8Array): string {
  try {
    return typeof binaryCodec.decode(bytes);
  } catch (error) {
    return error instanceof Error ? 'error' : 'something else was thrown';
  }
}

it('makes plain data or an error of any bytes, and touches no prototype', () => {
  const written = serialize({ a: [1, 'x', new Map([[1, new Date(0)]])], b: Buffer.from('abc') });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(written.length - 1),
      fc.nat(255),
      (noise, at, byte) => {
        const changed = Buffer.from(written);
        changed[at] = byte;
        for (const bytes of [
          Buffer.from(noise),
          Buffer.concat([Buffer.of(0xff, 15), noise]),
          changed,
        ]) {
          expect(['error', ...TYPES_OF_DATA]).toContain(outcomeOf(bytes));
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
