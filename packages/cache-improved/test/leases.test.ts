import type { Lease } from '@resync/cache-contract';
import { expect, it } from 'vitest';
import { ImprovedAsyncCache } from '../src/index.js';
import { LocalLeases } from '../src/leases/local-leases.js';
import { ControlledFactory } from './fixtures/controlled-factory.js';

it('holds through evictions, and not through a write', async () => {
  const cache = new ImprovedAsyncCache({ maxEntries: 1 });
  const found = await cache.lookupOrLease('key');
  if (found.kind === 'hit' || found.lease === undefined) throw new Error('expected a lease');
  await cache.set('other', 1);
  await cache.set('another', 1);
  expect(await cache.fill('key', 1, { lease: found.lease })).toBe(true);
  expect(await cache.fill('key', 2, { lease: found.lease })).toBe(false);
});

it('is left where a fill is refused', async () => {
  const cache = new ImprovedAsyncCache({ maxBytes: 10, sizeOf: (value) => Number(value) });
  const found = await cache.lookupOrLease('key');
  if (found.kind === 'hit' || found.lease === undefined) throw new Error('expected a lease');
  const { lease } = found;
  await expect(cache.fill('key', 11, { lease })).rejects.toMatchObject({ code: 'TOO_LARGE' });
  for (const expiresAt of [NaN, Infinity - Infinity, 1e15]) {
    await expect(cache.fill('key', 1, { lease, expiresAt })).rejects.toMatchObject({
      code: 'INVALID_TTL',
    });
  }
  expect(await cache.fill('key', 1, { lease, expiresAt: Infinity })).toBe(true);
});

it('never gives out a number twice, and knows those of others', () => {
  const leases = new LocalLeases();
  const first = leases.grant('key');
  leases.kill('key');
  const second = leases.grant('key');
  expect(second).not.toBe(first);
  expect(leases.holds('key', first)).toBe(false);
  expect(leases.holds('key', second)).toBe(true);
  expect(leases.honours('key', `${second}.key` as Lease)).toBe(true);
  for (const other of ['', '2', '02.key', '3.key', '2.other', '2.key ', 'NaN.key']) {
    expect(leases.honours('key', other as Lease)).toBe(false);
  }
});

it('keeps the others of a key when one is given back', () => {
  const leases = new LocalLeases();
  const [first, second] = [leases.grant('key'), leases.grant('key')];
  leases.release('key', first);
  expect(leases.redeem('key', second)).toBe(true);
  expect(leases.redeem('key', second)).toBe(false);
});

it('gives up the key that was leased longest ago at its bound', () => {
  const leases = new LocalLeases();
  const first = leases.grant('first');
  for (let index = 0; index < 99_999; index += 1) leases.grant(`key ${index}`);
  expect(leases.holds('first', first)).toBe(true);
  const last = leases.grant('last');
  expect(leases.holds('first', first)).toBe(false);
  expect(leases.holds('last', last)).toBe(true);
});

it('is lost to an add, as to any write, from the moment that it is stored', async () => {
  const cache = new ImprovedAsyncCache();
  const factory = new ControlledFactory();
  const loading = cache.getOrSet('key', factory.call);
  factory.load().give('loaded');
  expect(await cache.add('key', 'added')).toBe(true);
  expect(await loading).toBe('loaded');
  expect(await cache.get('key')).toBe('added');
});
