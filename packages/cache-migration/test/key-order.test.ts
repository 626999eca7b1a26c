import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyOrder, type Manner, type Place } from '../src/keys/key-order.js';

const isIn = (place: Place): Promise<boolean> =>
  Promise.race([
    (place.turn ?? Promise.resolve()).then(() => true),
    Promise.resolve()
      .then(() => undefined)
      .then(() => undefined)
      .then(() => false),
  ]);

describe('ordered writes', () => {
  it('of one key come one after the other', async () => {
    const order = new KeyOrder();
    const first = order.enter('a', 'ordered');
    const second = order.enter('a', 'ordered');
    expect(first.turn).toBeUndefined();
    expect(await isIn(second)).toBe(false);
    first.leave();
    expect(await isIn(second)).toBe(true);
  });

  it('of other keys do not wait for each other', () => {
    const order = new KeyOrder();
    order.enter('a', 'ordered');
    expect(order.enter('b', 'ordered').turn).toBeUndefined();
  });

  it('can be given up before their turn', async () => {
    const order = new KeyOrder();
    const first = order.enter('a', 'ordered');
    const second = order.enter('a', 'ordered');
    const third = order.enter('a', 'ordered');
    second.leave();
    first.leave();
    expect(await isIn(third)).toBe(true);
  });

  it('wait for a clear, and a clear for them', async () => {
    const order = new KeyOrder();
    const write = order.enter('a', 'ordered');
    const clear = order.enter(undefined, 'ordered');
    const later = order.enter('b', 'ordered');
    expect([await isIn(clear), await isIn(later)]).toEqual([false, false]);
    write.leave();
    expect([await isIn(clear), await isIn(later)]).toEqual([true, false]);
    clear.leave();
    expect(await isIn(later)).toBe(true);
  });
});

describe('concurrent writes', () => {
  it('run side by side, and beside a concurrent clear', () => {
    const order = new KeyOrder();
    const places = [
      order.enter('a', 'concurrent'),
      order.enter('a', 'concurrent'),
      order.enter(undefined, 'concurrent'),
      order.enter('a', 'concurrent'),
    ];
    expect(places.map(({ turn }) => turn)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('do not overtake an ordered one of their key', async () => {
    const order = new KeyOrder();
    const fill = order.enter('a', 'ordered');
    const write = order.enter('a', 'concurrent');
    const clear = order.enter(undefined, 'concurrent');
    const other = order.enter('b', 'concurrent');
    expect([await isIn(write), await isIn(clear)]).toEqual([false, false]);
    expect(other.turn).toBeUndefined();
    fill.leave();
    expect([await isIn(write), await isIn(clear)]).toEqual([true, true]);
  });

  it('hold an ordered one back', async () => {
    const order = new KeyOrder();
    const write = order.enter('a', 'concurrent');
    const fill = order.enter('a', 'ordered');
    expect(await isIn(fill)).toBe(false);
    write.leave();
    expect(await isIn(fill)).toBe(true);
  });
});

it('is busy with a key from the first write to the last', () => {
  const order = new KeyOrder();
  expect(order.isBusy('a')).toBe(false);
  const first = order.enter('a', 'ordered');
  const second = order.enter('a', 'ordered');
  expect([order.isBusy('a'), order.isBusy('b')]).toEqual([true, false]);
  first.leave();
  expect(order.isBusy('a')).toBe(true);
  second.leave();
  expect(order.isBusy('a')).toBe(false);
  const clear = order.enter(undefined, 'ordered');
  expect(order.isBusy('b')).toBe(true);
  clear.leave();
  expect(order.isBusy('b')).toBe(false);
});

interface Someone {
  readonly key: string | undefined;
  readonly manner: Manner;
  readonly place: Place;
  hasTurn: boolean;
}

const conflict = (a: Someone, b: Someone): boolean =>
  (a.key === undefined || b.key === undefined || a.key === b.key) &&
  (a.manner === 'ordered' || b.manner === 'ordered');

it('always lets in exactly those whom nobody before them, still there, is in conflict with', async () => {
  const moves = fc.array(
    fc.oneof(
      fc.record({
        key: fc.constantFrom('a', 'b', undefined),
        manner: fc.constantFrom<Manner>('ordered', 'concurrent'),
      }),
      fc.record({ leave: fc.nat(10) }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(moves, async (history) => {
      const order = new KeyOrder();
      const present: Someone[] = [];
      for (const move of history) {
        if ('leave' in move) {
          const [gone] = present.splice(move.leave % (present.length || 1), 1);
          gone?.place.leave();
        } else {
          const place = order.enter(move.key, move.manner);
          const someone: Someone = { ...move, place, hasTurn: place.turn === undefined };
          void place.turn?.then(() => {
            someone.hasTurn = true;
          });
          present.push(someone);
        }
        for (let tick = 0; tick < 5; tick += 1) await Promise.resolve();
        const expected = present.map((someone, index) =>
          present.slice(0, index).every((before) => !conflict(before, someone)),
        );
        expect(present.map(({ hasTurn }) => hasTurn)).toEqual(expected);
      }
      for (const { place } of present) place.leave();
      expect(['a', 'b'].some((key) => order.isBusy(key))).toBe(false);
    }),
    { numRuns: 400 },
  );
});
