import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Nursery, type YoungWrite } from '../src/sides/nursery.js';

function nurseryWithWrites() {
  const clock = new ManualClock(0);
  const nursery = new Nursery(clock, 10);
  const handedOver: string[] = [];
  const add = (key: string, isBackground = false): YoungWrite => {
    const write: YoungWrite = {
      index: 0,
      key,
      isBackground,
      isAwaited: !isBackground,
      handOver: () => {
        handedOver.push(key);
        nursery.removeWrite(write);
      },
    };
    nursery.addWrite(write);
    return write;
  };
  return { clock, nursery, handedOver, add };
}

const anyKey = fc.integer({ min: 0, max: 19 }).map(String);

it('finds writes by their keys, few of them and many', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'remove'), anyKey)), (changes) => {
      const { nursery, add } = nurseryWithWrites();
      const model = new Map<string, YoungWrite>();
      for (const [change, key] of changes) {
        const write = model.get(key);
        if (change === 'add' && write === undefined) model.set(key, add(key, key.length > 1));
        if (change === 'remove' && write !== undefined) {
          nursery.removeWrite(write);
          model.delete(key);
        }
        for (let number = 0; number < 20; number += 1) {
          const found = model.get(`${number}`);
          expect(nursery.writeOf(`${number}`)).toBe(found);
          expect(nursery.isInBackground(`${number}`)).toBe(found?.isBackground ?? false);
          expect(nursery.isAwaited(`${number}`)).toBe(found?.isAwaited ?? false);
        }
      }
    }),
  );
});

it('hands over who is met', () => {
  const { nursery, handedOver, add } = nurseryWithWrites();
  add('a');
  add('b');
  add('c');
  nursery.meet('b');
  nursery.meet('nobody');
  expect(handedOver).toEqual(['b']);
  nursery.meetAll();
  expect([...handedOver].sort()).toEqual(['a', 'b', 'c']);
});

it('hands over who is there after a moment, and keeps no timer when nobody is', () => {
  const { clock, nursery, handedOver, add } = nurseryWithWrites();
  const quick = add('quick');
  add('slow');
  nursery.removeWrite(quick);
  clock.advance(9);
  expect(handedOver).toEqual([]);
  clock.advance(1);
  expect(handedOver).toEqual(['slow']);
  expect(clock.pendingTimers).toBe(0);
});
