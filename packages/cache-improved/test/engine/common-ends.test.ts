import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommonEnds } from '../../src/engine/common-ends.js';
import { KeyTable } from '../../src/engine/key-table.js';

function learned(keys: readonly string[]): { readonly start: number; readonly end: number } {
  const common = new CommonEnds();
  common.learn(keys);
  return { start: common.start, end: common.end };
}

describe('what keys have in common', () => {
  it('is what all begin with, and what all end with', () => {
    expect(learned(['user:1:profile', 'user:27:profile', 'user:3:profile'])).toEqual({
      start: 5,
      end: 8,
    });
    expect(learned(['a:1', 'b:1', 'c:2'])).toEqual({ start: 0, end: 0 });
    expect(learned([])).toEqual({ start: 0, end: 0 });
  });

  it('does not overlap in any key', () => {
    expect(learned(['aa', 'aaaa'])).toEqual({ start: 2, end: 0 });
    expect(learned(['ab', 'aab'])).toEqual({ start: 1, end: 1 });
  });

  it('is less after two keys with one hash that differ there, and nothing after the fourth such time', () => {
    const common = new CommonEnds();
    const start = 'abcdefghijkl';
    common.learn([`${start}1`, `${start}2`]);
    expect(common.tellApart(`${start}1`, `${start}1x`)).toBe(false);
    for (let at = 11; at >= 9; at -= 1) {
      expect(common.tellApart(`${start.slice(0, at)}_1`, `${start}1`)).toBe(true);
      expect(common.start).toBe(at);
    }
    expect(common.tellApart('abcdefgh_1', `${start}1`)).toBe(true);
    expect(common.start).toBe(0);
    expect(common.learn([`${start}1`, `${start}2`])).toBe(false);
    common.clear();
    expect(common.learn([`${start}1`, `${start}2`])).toBe(true);
  });
});

describe('a table of keys that have much in common', () => {
  const part = fc.constantFrom('', 'a', 'ab', 'user:', 'user:1', ':profile', 'e', '0', '00', '1');
  const key = fc
    .tuple(part, fc.nat(400), part)
    .map(([start, number, end]) => `${start}${number}${end}`);

  it('finds what a Map finds, whatever else comes later', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), fc.nat(), (later, seed) => {
        const table = new KeyTable(seed);
        table.grow(1000);
        const slotOf = new Map<string, number>();
        const first = Array.from({ length: 60 }, (_, number) => `user:${number}:profile`);
        let slot = 1;
        for (const each of [...first, ...later]) {
          expect(table.find(each)).toBe(slotOf.get(each) ?? 0);
          if (slotOf.has(each)) continue;
          table.add(slot, each);
          slotOf.set(each, slot);
          slot += 1;
        }
        for (const [each, where] of slotOf) expect(table.find(each)).toBe(where);
      }),
    );
  });

  it('keeps their hashes apart, those of other kinds of keys too', () => {
    const table = new KeyTable(7);
    table.grow(12_000);
    // What comes after so many is not looked at when the table grows.
    const first = Array.from({ length: 6000 }, (_, number) => `user:${number}:profile`);
    const others = Array.from({ length: 2000 }, (_, number) => [
      `team:${number}:profile`,
      `user:${number}:setting`,
    ]);
    const keys = [...first, ...others.flat()];
    for (const [index, each] of keys.entries()) {
      table.find(each);
      table.add(index + 1, each);
    }
    const hashes = new Set(keys.map((_, index) => table.hashIn(index + 1)));
    expect(hashes.size).toBe(keys.length);
  });

  it('knows without looking that a key is not there until that may have changed', () => {
    const table = new KeyTable(7);
    table.grow(10);
    expect(table.isMissed('a')).toBe(false);
    table.find('a');
    expect(table.isMissed('a')).toBe(true);
    expect(table.isMissed('b')).toBe(false);
    table.add(1, 'a');
    expect(table.isMissed('a')).toBe(false);
    table.find('c');
    table.clear();
    expect(table.isMissed('c')).toBe(false);
  });
});
