import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyHash } from '../../src/engine/key-hash.js';
import { KeyTable } from '../../src/engine/key-table.js';

const SEED = 0x5eed_5eed;
const MOST = 600;

/** A table beside a Map, told the same. */
class TableRun {
  readonly table = new KeyTable(SEED);
  readonly slotOf = new Map<string, number>();
  readonly #free = Array.from({ length: MOST }, (_, index) => MOST - index);

  constructor() {
    this.table.grow(MOST + 1);
  }

  toggle(key: string): void {
    const slot = this.slotOf.get(key);
    if (slot === undefined) {
      // Who adds a key has not asked for that one last, perhaps.
      this.table.find(`not ${key}`);
      const free = this.#free.pop() ?? 0;
      this.table.add(free, key);
      this.slotOf.set(key, free);
    } else {
      this.table.remove(slot);
      this.slotOf.delete(key);
      this.#free.push(slot);
    }
  }

  expectSame(keys: Iterable<string>): void {
    for (const key of keys) {
      expect(this.table.find(key)).toBe(this.slotOf.get(key) ?? 0);
    }
    expect(this.table.size).toBe(this.slotOf.size);
    expect([...this.table.slots()]).toEqual([...this.slotOf.values()].sort((a, b) => a - b));
  }
}

/** Keys of which no end is common, with hashes that begin with the same twelve bits: they belong into the same place. */
function crowdedKeys(count: number): string[] {
  const keys: string[] = [];
  for (let number = 0; keys.length < count; number += 1) {
    const key = number.toString(36);
    if (hashOf(key) >>> 20 === 0) keys.push(key);
  }
  return keys;
}

function hashOf(key: string, seed = SEED): number {
  return new KeyHash(seed).of(key);
}

const crowded = crowdedKeys(400);

describe('the table of keys', () => {
  it('finds what a Map finds', () => {
    const key = fc.oneof(
      fc.integer({ min: 0, max: 200 }).map((number) => `key ${number}`),
      fc.constantFrom(...crowded.slice(0, 40)),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 500 }), (keys) => {
        const run = new TableRun();
        for (const toggled of keys) run.toggle(toggled);
        run.expectSame(keys);
        expect(run.table.isCrowded).toBe(false);
      }),
    );
  });

  it('hands over to a Map where keys were chosen to have one place, until it is emptied', () => {
    const run = new TableRun();
    const others = Array.from({ length: 100 }, (_, number) => `other ${number}`);
    for (const key of [...others, ...crowded]) run.toggle(key);
    expect(run.table.isCrowded).toBe(true);
    run.expectSame([...others, ...crowded, 'never there']);
    for (const key of crowded.slice(100)) run.toggle(key);
    run.expectSame([...others, ...crowded]);
    run.table.clear();
    expect(run.table.isCrowded).toBe(false);
    expect(run.table.find('other 1')).toBe(0);
  });

  it('shows every slot that stays while others come and go', () => {
    const run = new TableRun();
    for (const key of crowded.slice(0, 20)) run.toggle(key);
    const seen: string[] = [];
    for (const slot of run.table.slots()) {
      const key = run.table.keyIn(slot);
      seen.push(key);
      if (seen.length === 5) run.toggle(crowded[10] ?? '');
      run.toggle(`new ${seen.length}`);
      if (seen.length > 50) break;
    }
    expect(seen).toEqual(expect.arrayContaining(crowded.slice(11, 20)));
    expect(seen).not.toContain(crowded[10]);
  });

  it('knows nothing of what is no string', () => {
    const table = new KeyTable(SEED);
    expect([null, undefined, 5, {}].map((key) => table.find(key))).toEqual([0, 0, 0, 0]);
  });
});

describe('the hash of a key', () => {
  const hex = (number: number): string => (Math.imul(number, 0x9e37_79b1) >>> 0).toString(16);

  it.each([
    ['numbers', (number: number) => `${number}`],
    ['large numbers', (number: number) => `${1_764_000_000_000 + number * 37}`],
    ['multiples', (number: number) => `${number * 1000}`],
    ['numbers between words', (number: number) => `user:${number}:profile`],
    ['numbers in other digits', (number: number) => number.toString(36)],
    ['reversed numbers', (number: number) => `${number}`.split('').reverse().join('')],
    ['pairs', (number: number) => `${number % 300}:${Math.floor(number / 300)}`],
    ['bits', (number: number) => number.toString(2).padStart(17, '0')],
    ['hashes', (number: number) => hex(number).padStart(8, '0')],
    ['paths', (number: number) => `/api/users/${number % 1000}/orders/${number}`],
    ['long keys', (number: number) => `${hex(number)}-${hex(number + 1)}-${hex(number + 2)}`],
    [
      'another script',
      (number: number) => `${String.fromCharCode(0x4e00 + (number % 9000))}${number}`,
    ],
  ])('is as good as chance for %s', (_, keyOf) => {
    const count = 100_000;
    for (const seed of [SEED, 1, -77_777]) {
      const hashes = new Set<number>();
      const taken = new Uint8Array(1 << 18);
      let steps = 0;
      for (let number = 0; number < count; number += 1) {
        const hash = hashOf(keyOf(number), seed);
        hashes.add(hash);
        let place = hash >>> 14;
        for (; taken[place] === 1; place = (place + 1) & (taken.length - 1)) steps += 1;
        taken[place] = 1;
      }
      // By chance 1.2 hashes come twice.
      expect(count - hashes.size).toBeLessThan(200);
      // By chance it takes so many steps to a free place (Knuth, 6.4, on linear probing).
      const chance = (1 / (1 - count / taken.length) - 1) / 2;
      expect(steps / count / chance).toBeLessThan(1.1);
    }
  });

  it('depends on the seed', () => {
    expect(hashOf('a key', 1)).not.toBe(hashOf('a key', 2));
  });
});
