import { expect, it } from 'vitest';
import type { Lease } from '@resync/cache-contract';
import { Leases } from '../src/keys/leases.js';

function setUp({ bound = 10, written = [] as string[], onBound = (): void => undefined } = {}) {
  const leases = new Leases(bound, {
    isBeingWritten: (key) => written.includes(key),
    onBound,
  });
  leases.beginEpoch(1);
  return leases;
}

function granted(leases: Leases, key: string): Lease {
  const lease = leases.grant(key, 1);
  if (lease === undefined) throw new Error(`no lease was granted for ${key}`);
  return lease;
}

it('is redeemed once', () => {
  const leases = setUp();
  const lease = granted(leases, 'a');
  expect(leases.redeem('a', lease)).toBe(true);
  expect(leases.redeem('a', lease)).toBe(false);
});

it('takes the other leases of its key with it, and no others', () => {
  const leases = setUp();
  const [first, second, other] = [granted(leases, 'a'), granted(leases, 'a'), granted(leases, 'b')];
  leases.redeem('a', first);
  expect(leases.holds('a', second)).toBe(false);
  expect(leases.holds('b', other)).toBe(true);
});

it('is not granted while a write of the key is under way', () => {
  const leases = setUp({ written: ['a'] });
  expect(leases.grant('a', 1)).toBeUndefined();
  expect(leases.grant('b', 1)).toBeDefined();
});

it.each<[string, (leases: Leases) => void]>([
  ['a write of the key', (leases) => leases.kill('a')],
  ['a clear', (leases) => leases.killAll()],
  ['a change of epoch', (leases) => leases.beginEpoch(2)],
])('is lost to %s', (_, lose) => {
  const leases = setUp();
  const lease = granted(leases, 'a');
  lose(leases);
  expect(leases.redeem('a', lease)).toBe(false);
});

it('is not granted to an operation of an earlier epoch', () => {
  const leases = setUp();
  leases.beginEpoch(2);
  expect(leases.grant('a', 1)).toBeUndefined();
});

it('is bounded: the oldest is given up, and that is told', () => {
  let told = 0;
  const leases = setUp({ bound: 2, onBound: () => void (told += 1) });
  const [first, second, third] = [granted(leases, 'a'), granted(leases, 'b'), granted(leases, 'c')];
  expect(leases.holds('a', first)).toBe(false);
  expect(leases.holds('b', second)).toBe(true);
  expect(leases.holds('c', third)).toBe(true);
  expect(told).toBe(1);
});

it.each<[string, (leases: Leases) => void]>([
  ['a write of the key', (leases) => leases.kill('a')],
  ['a clear', (leases) => leases.killAll()],
  ['a change of epoch', (leases) => leases.beginEpoch(2)],
])('can be had by who writes the key, and is lost to %s', (_, lose) => {
  const leases = setUp({ written: ['a'] });
  const lease = leases.watch('a');
  expect(leases.holds('a', lease)).toBe(true);
  lose(leases);
  expect(leases.holds('a', lease)).toBe(false);
});

it('can be given back', () => {
  const leases = setUp();
  const [first, second] = [granted(leases, 'a'), granted(leases, 'a')];
  leases.release('a', first);
  expect(leases.holds('a', first)).toBe(false);
  expect(leases.holds('a', second)).toBe(true);
});
