import { expect, it } from 'vitest';
import { jsonCodec } from '../src/redis/index.js';

it.each([null, 0, -0, '', false, NaN, Infinity, -Infinity, [], { a: [1, { b: null }] }, 'NaN'])(
  'gives back %j as it was',
  (value) => {
    expect(jsonCodec.decode(jsonCodec.encode(value))).toEqual(value);
  },
);

it.each([
  ['a date', new Date(0), /an instance of Date/],
  ['a date inside', { at: new Date(0) }, /an instance of Date at "at"/],
  ['a map', new Map(), /an instance of Map/],
  ['NaN inside', [NaN], /NaN at "0"/],
  ['a function', { call: () => 1 }, /a function/],
  ['a symbol', [Symbol('s')], /a symbol/],
  ['a big number', { n: 1n }, /a bigint/],
  ['undefined in a list', { a: [1, undefined] }, /undefined in a list at "1"/],
  ['an own toJSON', { toJSON: () => 'another' }, /toJSON of its own/],
  ['what JSON cannot write', circular(), /JSON cannot write it/],
])('refuses %s', (_, value, message) => {
  expect(() => jsonCodec.encode(value)).toThrow(message);
});

function circular(): object {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}

it('leaves out members that are undefined', () => {
  expect(jsonCodec.decode(jsonCodec.encode({ a: 1, b: undefined }))).toStrictEqual({ a: 1 });
});

it('gives an own property named __proto__ back as one, and no prototype', () => {
  const decoded = jsonCodec.decode('{"__proto__":{"admin":true}}') as { admin?: boolean };
  expect(decoded.admin).toBeUndefined();
});
