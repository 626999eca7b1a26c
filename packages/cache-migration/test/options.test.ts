import { ImprovedAsyncCache } from '@resync/cache-improved';
import { expect, it } from 'vitest';
import { CacheMigrationManager, type CacheMigrationOptions } from '../src/index.js';

const good = (): CacheMigrationOptions<unknown> => ({
  component: 'test',
  legacy: new ImprovedAsyncCache(),
  next: new ImprovedAsyncCache(),
});

it.each([
  [{ component: '' }, /expected options\.?component|expected component to be a name/],
  [{ legacy: undefined }, /expected legacy to be a Cache/],
  [{ next: new Map() }, /expected next to be a Cache/],
  [{ shadow: { rate: 2 } }, /expected shadow.rate to be a share from 0 to 1; got number 2/],
  [{ shadow: { recheckAfter: Infinity } }, /expected shadow.recheckAfter/],
  [{ shadow: { samples: 1.5 } }, /expected shadow.samples to be a whole number from 0 to 1000/],
  [{ shadow: { expiryTolerance: NaN } }, /expected shadow.expiryTolerance/],
  [{ shadow: { redact: 'all' } }, /expected shadow.redact to be a function; got "all"/],
  [{ limits: { next: 0 } }, /expected limits.next to be a number over 0; got number 0/],
  [{ limits: { drain: 'soon' } }, /expected limits.drain/],
  [{ bounds: { dirtyKeys: -1 } }, /expected bounds.dirtyKeys/],
  [{ latencyEvery: NaN }, /expected options.latencyEvery/],
  [{ defaultTtl: -5 }, /expected a ttl/],
])('refuses %o', (options, message) => {
  expect(
    () => new CacheMigrationManager({ ...good(), ...options } as CacheMigrationOptions<unknown>),
  ).toThrow(message);
});

it('refuses one cache for both sides', () => {
  const cache = new ImprovedAsyncCache();
  expect(() => new CacheMigrationManager({ ...good(), legacy: cache, next: cache })).toThrow(
    /another cache than legacy/,
  );
});
