import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AsyncTTLCache,
  legacyCache,
  legacyFacade,
  type AsyncTTLCacheOptions,
  type TransactionOperation,
} from '../src/index.js';
import { liveEntries } from './live-entries.js';

type Operation = TransactionOperation;

/** The cache by itself, and in the old words over the contract: both undo alike. */
const SURFACES = {
  'the cache': (cache: AsyncTTLCache) => cache,
  'the facade': (cache: AsyncTTLCache) => legacyFacade(legacyCache(cache)),
};

const PUT = { operation: 'set', key: 'a', previous_value: 1 };

function setUp(surface: keyof typeof SURFACES, options: AsyncTTLCacheOptions = {}) {
  const clock = new ManualClock(1_000_000);
  const inner = new AsyncTTLCache({ clock, ...options });
  return { clock, inner, cache: SURFACES[surface](inner) };
}

function valuesIn(cache: AsyncTTLCache): Map<string, unknown> {
  return new Map([...liveEntries(cache)].map(([key, { value }]) => [key, value]));
}

describe.each(['the cache', 'the facade'] as const)('%s', (surface) => {
  it('undoes a set with what was there before, and its lifetime', async () => {
    const { clock, inner, cache } = setUp(surface);
    await cache.set('a', 'new');
    await cache.set('b', 'new');
    expect(
      await cache.rollbackTransaction([
        { operation: 'set', key: 'a', previous_value: 'old', previous_ttl: 5 },
        { operation: 'set', key: 'b', previous_value: 'old' },
      ]),
    ).toBe(true);
    expect(inner.peek('a')).toEqual({ value: 'old', expiresAt: clock.now() + 5000 });
    expect(inner.peek('b')).toEqual({ value: 'old', expiresAt: clock.now() + 60_000 });
  });

  it('undoes a set of what was not there by removing it, null being what get says of nothing', async () => {
    const { cache } = setUp(surface);
    const previous_value = await cache.get('a');
    await cache.set('a', 'new');
    await cache.set('b', 'new');
    const undone = await cache.rollbackTransaction([
      { operation: 'set', key: 'a', previous_value, previous_ttl: null },
      { operation: 'set', key: 'b' },
    ]);
    expect(undone).toBe(true);
    expect(cache.size()).toBe(0);
  });

  it('undoes a delete with what was there, and does nothing where nothing was', async () => {
    const { inner, cache } = setUp(surface);
    await cache.set('b', 'of somebody else');
    const undone = await cache.rollbackTransaction([
      { operation: 'delete', key: 'a', previous_value: 0 },
      { operation: 'delete', key: 'b' },
    ]);
    expect(undone).toBe(true);
    expect(valuesIn(inner)).toEqual(
      new Map<string, unknown>([
        ['a', 0],
        ['b', 'of somebody else'],
      ]),
    );
  });

  it('undoes the last operation first', async () => {
    const { inner, cache } = setUp(surface);
    await cache.rollbackTransaction([
      { operation: 'set', key: 'key', previous_value: 'first' },
      { operation: 'set', key: 'key', previous_value: 'second' },
    ]);
    expect(inner.peek('key')?.value).toBe('first');
  });

  it('undoes any list of operations', async () => {
    const key = fc.constantFrom<unknown>('a', 'b', 'c', '__proto__', 1, '1');
    const value = fc.oneof(fc.integer(), fc.string(), fc.boolean());
    const change = fc.record({ kind: fc.constantFrom('set', 'delete'), key, value });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, value), { maxLength: 4 }),
        fc.array(change, { maxLength: 30 }),
        async (given, changes) => {
          const { inner, cache } = setUp(surface, { numShards: 3 });
          for (const [name, before] of given) await cache.set(name, before);
          const before = valuesIn(inner);
          const log: Operation[] = [];
          for (const one of changes) {
            const previous_value = await cache.get(one.key);
            const operation = one.kind === 'set' ? 'set' : 'delete';
            if (operation === 'set') await cache.set(one.key, one.value);
            else await cache.delete(one.key);
            log.push({ operation, key: one.key, previous_value });
          }
          expect(await cache.rollbackTransaction(log)).toBe(true);
          expect(valuesIn(inner)).toEqual(before);
        },
      ),
    );
  });

  it('takes no operation and ten thousand, and refuses one more', async () => {
    const { cache } = setUp(surface);
    const operations = Array.from({ length: 10_000 }, (_, index): Operation => ({
      operation: 'set',
      key: index,
    }));
    expect(await cache.rollbackTransaction([])).toBe(true);
    expect(await cache.rollbackTransaction(operations)).toBe(true);
    operations.push({ operation: 'delete', key: 'a' });
    expect(await cache.rollbackTransaction(operations)).toBe(false);
    expect(cache.transactionFault(operations)).toMatch(/at most 10000 operations; got 10001/);
  });

  it.each<[string, unknown, RegExp]>([
    ['what is none', undefined, /operation 1: expected an operation; got undefined/],
    ['another word', { operation: 'get', key: 'a' }, /expected "set" or "delete"; got "get"/],
    ['no key', { operation: 'set' }, /expected a key; got undefined/],
    ['a bad key', { operation: 'delete', key: 'a\0' }, /expected a key without NUL/],
    ['a bad ttl', { ...PUT, previous_ttl: -1 }, /expected a ttl of 0 to/],
    ['a ttl that is no number', { ...PUT, previous_ttl: '5' }, /expected a ttl in seconds/],
    ['words that the prototype lends', Object.create(PUT), /"set" or "delete"; got undefined/],
    [
      'a getter that throws',
      Object.defineProperty({ operation: 'set' }, 'key', { get: throwing }),
      /operation 1: hostile/,
    ],
  ])('refuses %s, before a good operation is undone', async (_, bad, why) => {
    const { inner, cache } = setUp(surface);
    await cache.set('a', 'kept');
    const operations = [bad, { operation: 'set', key: 'a' }] as Operation[];
    expect(await cache.rollbackTransaction(operations)).toBe(false);
    expect(cache.transactionFault(operations)).toMatch(why);
    expect(valuesIn(inner)).toEqual(new Map([['a', 'kept']]));
  });

  it.each<[string, unknown, RegExp]>([
    ['what is none', { length: 0 }, /expected a list of operations/],
    ['one of holes', new Array(1), /operation 1: expected an operation; got undefined/],
    ['one that throws', new Proxy([], { get: throwing }), /hostile/],
    ['one of no length', new Proxy([], { get: () => NaN }), /got NaN/],
  ])('refuses as a list %s', async (_, list, why) => {
    const { cache } = setUp(surface);
    const operations = list as Operation[];
    expect(await cache.rollbackTransaction(operations)).toBe(false);
    expect(cache.transactionFault(operations)).toMatch(why);
  });
});

it('refuses a value over maxMemoryMb or one that cannot be weighed, and changes nothing', async () => {
  const { inner, cache } = setUp('the cache', { maxMemoryMb: 0.001 });
  await cache.set('a', 'kept');
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const previous_value of ['x'.repeat(1000), proxy]) {
    const operations: Operation[] = [
      { operation: 'delete', key: 'b', previous_value },
      { operation: 'set', key: 'a' },
    ];
    expect(await cache.rollbackTransaction(operations)).toBe(false);
  }
  expect(valuesIn(inner)).toEqual(new Map([['a', 'kept']]));
});

it('refuses over the contract what the contract refuses, before anything changes', async () => {
  const { inner, cache } = setUp('the facade');
  await cache.set('a', 'kept');
  for (const bad of [
    { operation: 'delete', key: '\ud800' } as const,
    { operation: 'delete', key: 'b', previous_value: Promise.resolve() } as const,
  ]) {
    expect(await cache.rollbackTransaction([bad, { operation: 'set', key: 'a' }])).toBe(false);
  }
  expect(valuesIn(inner)).toEqual(new Map([['a', 'kept']]));
});

function throwing(): never {
  throw new Error('hostile');
}
