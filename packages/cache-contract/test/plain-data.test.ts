import { expect, it } from 'vitest';
import { plainDataFromText, plainDataToJson, plainDataToText } from '../src/plain-data/index.js';

it.each([null, 0, -0, '', false, NaN, Infinity, -Infinity, [], { a: [1, { b: null }] }, 'NaN'])(
  'gives back %j as it was',
  (value) => {
    expect(plainDataFromText(plainDataToText(value))).toEqual(value);
  },
);

it.each([
  ['a date', new Date(0), /an instance of Date/],
  ['a date inside', { at: new Date(0) }, /an instance of Date at "at"/],
  ['a map', new Map(), /an instance of Map/],
  ['NaN inside', [NaN], /NaN at "0"/],
  ['minus infinity inside', { a: -Infinity }, /-Infinity at "a"/],
  ['a function', { call: () => 1 }, /a function/],
  ['a symbol', [Symbol('s')], /a symbol/],
  ['a big number', { n: 1n }, /a bigint/],
  ['undefined', undefined, /got undefined$/],
  ['undefined in a list', { a: [1, undefined] }, /undefined in a list at "1"/],
  ['an own toJSON', { toJSON: () => 'another' }, /toJSON of its own/],
  ['what JSON cannot write', circular(), /what JSON cannot write/],
])('refuses %s', (_, value, message) => {
  expect(() => plainDataToText(value)).toThrow(message);
});

function circular(): object {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}

it('leaves out members that are undefined', () => {
  expect(plainDataFromText(plainDataToText({ a: 1, b: undefined }))).toStrictEqual({ a: 1 });
});

it('gives an own property named __proto__ back as one, and no prototype', () => {
  const decoded = plainDataFromText('{"__proto__":{"admin":true}}') as { admin?: boolean };
  expect(decoded.admin).toBeUndefined();
});

it('writes no number by name where JSON is asked for', () => {
  expect(() => plainDataToJson(NaN)).toThrow(/got NaN$/);
  expect(plainDataToJson({ a: [0] })).toBe('{"a":[0]}');
});

it.each(['', 'hello', '{', 'nan', 'undefined'])('reads nothing from %j', (text) => {
  expect(() => plainDataFromText(text)).toThrow(SyntaxError);
});
