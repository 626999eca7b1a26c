import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Nursery } from '../src/sides/nursery.js';
import type { YoungWrite } from '../src/sides/young.js';
import { YoungWrites } from '../src/sides/young-writes.js';

function nurseryWithWrites() {
  const clock = new ManualClock(0);
  const nursery = new Nursery(clock, 10);
  const handedOver: string[] = [];
  const writes = nursery.raise(() => {
    const write = {
      index: 0,
      key: '',
      isBackground: false,
      isAwaited: true,
      handOver: () => {
        handedOver.push(write.key);
        nursery.removeWrite(write);
        writes.leave(write);
      },
    };
    return write;
  });
  const add = (key: string, isBackground = false): YoungWrite => {
    const write = writes.begin();
    Object.assign(write, { key, isBackground, isAwaited: !isBackground });
    nursery.addWrite(write);
    return write;
  };
  const end = (write: YoungWrite): void => {
    nursery.removeWrite(write);
    writes.end(write);
  };
  return { clock, nursery, handedOver, add, end };
}

const anyKey = fc.integer({ min: 0, max: 19 }).map(String);

it('finds writes by their keys, few of them and many', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'remove'), anyKey)), (changes) => {
      const { nursery, add, end } = nurseryWithWrites();
      const model = new Map<string, YoungWrite>();
      for (const [change, key] of changes) {
        const write = model.get(key);
        if (change === 'add' && write === undefined) model.set(key, add(key, key.length > 1));
        if (change === 'remove' && write !== undefined) {
          end(write);
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
  const { clock, handedOver, add, end } = nurseryWithWrites();
  const quick = add('quick');
  add('slow');
  end(quick);
  clock.advance(9);
  expect(handedOver).toEqual([]);
  clock.advance(1);
  expect(handedOver).toEqual(['slow']);
  expect(clock.pendingTimers).toBe(0);
});

it('keeps no more writes to be used again than a few, however many there were at once', () => {
  let made = 0;
  const writes = new YoungWrites(() => {
    made += 1;
    return { index: 0, key: '', isBackground: false, isAwaited: true, handOver: () => undefined };
  });
  const begun = Array.from({ length: 10_000 }, () => writes.begin());
  for (const write of begun) writes.end(write);
  expect([...writes]).toEqual([]);
  const again = Array.from({ length: 10_000 }, () => writes.begin());
  expect(new Set(again).size).toBe(10_000);
  expect(made).toBe(10_000 + 9000);
});
