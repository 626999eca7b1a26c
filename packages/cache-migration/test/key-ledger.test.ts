import { expect, it } from 'vitest';
import { KeyLedger } from '../src/keys/key-ledger.js';

it('forgets a key that was confirmed', () => {
  const ledger = new KeyLedger();
  const ticket = ledger.accept('a');
  ledger.confirm('a', ticket);
  expect(ledger.isDirty('a')).toBe(false);
  expect(ledger.dirtyCount).toBe(0);
});

it('keeps a key dirty that failed, until a newer write is confirmed', () => {
  const ledger = new KeyLedger();
  ledger.fail('a', ledger.accept('a'));
  expect(ledger.isDirty('a')).toBe(true);
  expect([...ledger.repairable]).toEqual(['a']);
  ledger.confirm('a', ledger.accept('a'));
  expect(ledger.isDirty('a')).toBe(false);
  expect([...ledger.repairable]).toEqual([]);
});

it('is not cleaned by a write that is not the newest', () => {
  const ledger = new KeyLedger();
  const older = ledger.accept('a');
  ledger.fail('a', ledger.accept('a'));
  ledger.confirm('a', older);
  expect(ledger.isDirty('a')).toBe(true);
});

it('is not cleaned while something unsettled may still have its effect', () => {
  const ledger = new KeyLedger();
  ledger.failLate('a', ledger.accept('a'));
  ledger.confirm('a', ledger.accept('a'));
  expect(ledger.isDirty('a')).toBe(true);
  expect([...ledger.repairable]).toEqual([]);
  ledger.settled('a');
  expect(ledger.isDirty('a')).toBe(true);
  expect([...ledger.repairable]).toEqual(['a']);
  expect(ledger.unsettledCount).toBe(0);
});

it('repairs the longest waiting first, and nothing that is under way', () => {
  const ledger = new KeyLedger();
  for (const key of ['a', 'b', 'c']) {
    ledger.fail(key, ledger.accept(key));
  }
  const ticket = ledger.accept('a');
  expect([...ledger.repairable]).toEqual(['b', 'c']);
  ledger.fail('a', ticket);
  expect([...ledger.repairable]).toEqual(['b', 'c', 'a']);
});

it('forgets marks when the side is distrusted as a whole, but not of what is under way', () => {
  const ledger = new KeyLedger();
  ledger.fail('idle', ledger.accept('idle'));
  ledger.accept('pending', 'background');
  ledger.failLate('late', ledger.accept('late'));
  ledger.forgetDirty();
  expect(['idle', 'pending', 'late'].map((key) => ledger.isDirty(key))).toEqual([
    false,
    true,
    true,
  ]);
});

it('is dirty while a write that nobody waits for is under way, and clean when all of them are confirmed', () => {
  const ledger = new KeyLedger();
  const [older, newer] = [ledger.accept('a', 'background'), ledger.accept('a', 'background')];
  ledger.confirm('a', older);
  expect(ledger.isDirty('a')).toBe(true);
  ledger.confirm('a', newer);
  expect(ledger.isDirty('a')).toBe(false);
  expect(ledger.dirtyCount).toBe(0);
});

it.each(['awaited', 'background'] as const)(
  'is as it was before, after a write that was withdrawn and %s',
  (manner) => {
    const ledger = new KeyLedger();
    ledger.withdraw('clean', ledger.accept('clean', manner));
    ledger.fail('dirty', ledger.accept('dirty'));
    ledger.withdraw('dirty', ledger.accept('dirty', manner));
    expect(ledger.isDirty('clean')).toBe(false);
    expect(ledger.isDirty('dirty')).toBe(true);
    expect([...ledger.repairable]).toEqual(['dirty']);
    expect(ledger.dirtyCount).toBe(1);
  },
);
