import { expect, it } from 'vitest';
import type { Lease } from '@resync/cache-contract';
import { Leases } from '../src/leases.js';

function setUp({ bound = 10, written = [] as string[] } = {}) {
  const leases = new Leases(bound, (key) => written.includes(key));
  leases.beginEpoch(1);
  return leases;
}

it('is redeemed once', () => {
  const leases = setUp();
  const lease = leases.grant('a', 1) as Lease;
  expect(leases.redeem('a', lease)).toBe(true);
  expect(leases.redeem('a', lease)).toBe(false);
});

it('takes the other leases of its key with it, and no others', () => {
  const leases = setUp();
  const [first, second, other] = [leases.grant('a', 1), leases.grant('a', 1), leases.grant('b', 1)];
  leases.redeem('a', first as Lease);
  expect(leases.holds('a', second as Lease)).toBe(false);
  expect(leases.holds('b', other as Lease)).toBe(true);
});

it('is not granted while a write of the key is under way', () => {
  const leases = setUp({ written: ['a'] });
  expect(leases.grant('a', 1)).toBeUndefined();
  expect(leases.grant('b', 1)).toBeDefined();
});

it('is lost to a write, a clear, and a change of epoch', () => {
  const leases = setUp();
  const grant = (): Lease => leases.grant('a', leases.grant('probe', 1) ? 1 : 2) as Lease;
  const first = grant();
  leases.kill('a');
  const second = grant();
  leases.killAll();
  const third = grant();
  leases.beginEpoch(2);
  expect([first, second, third].map((lease) => leases.holds('a', lease))).toEqual([
    false,
    false,
    false,
  ]);
});

it('is not granted to an operation of an earlier epoch', () => {
  const leases = setUp();
  leases.beginEpoch(2);
  expect(leases.grant('a', 1)).toBeUndefined();
});

it('is bounded: the oldest is given up', () => {
  const leases = setUp({ bound: 2 });
  const [first, second, third] = ['a', 'b', 'c'].map((key) => leases.grant(key, 1) as Lease);
  expect(leases.holds('a', first as Lease)).toBe(false);
  expect(leases.holds('b', second as Lease)).toBe(true);
  expect(leases.holds('c', third as Lease)).toBe(true);
});

it('can be given back', () => {
  const leases = setUp();
  const [first, second] = [leases.grant('a', 1) as Lease, leases.grant('a', 1) as Lease];
  leases.release('a', first);
  expect(leases.holds('a', first)).toBe(false);
  expect(leases.holds('a', second)).toBe(true);
});
