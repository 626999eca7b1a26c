import { ImprovedAsyncCache } from '@resync/cache-improved';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { BELOW, migrationAt, promisesToSettle } from './fixtures/migration.js';
import { shadowing } from './fixtures/shadowing.js';

it('finds what both sides agree on, by value', async () => {
  const { manager, verdictOn } = await shadowing();
  expect(await verdictOn('nobody')).toBe('match');
  await manager.set('key', { list: [1, { deep: NaN }] });
  await promisesToSettle();
  expect(await verdictOn('key')).toBe('match');
});

it('tells apart how they differ', async () => {
  const { legacyInner, nextInner, next, verdictOn } = await shadowing();
  await legacyInner.set('absent', 1);
  await nextInner.set('expiry', 1);
  await legacyInner.set('value', 1);
  await nextInner.set('value', 2);
  expect(await verdictOn('absent')).toBe('absent');
  expect(await verdictOn('expiry')).toBe('expiry');
  expect(await verdictOn('value')).toBe('value');
  next.inject({ kind: 'fail' });
  expect(await verdictOn('value')).toBe('error');
});

it.each<[string, () => [unknown, unknown], string]>([
  ['maps in another order', () => [mapOf('a', 'b'), mapOf('b', 'a')], 'match'],
  ['maps of other keys', () => [new Map([['a', undefined]]), new Map([['b', undefined]])], 'value'],
  ['sets of objects', () => [new Set([{ a: 1 }]), new Set([{ a: 1 }])], 'match'],
  ['dates', () => [new Date(1), new Date(2)], 'value'],
  ['typed arrays', () => [new Float64Array([NaN, 1]), new Float64Array([NaN, 1])], 'match'],
  ['typed arrays of two kinds', () => [new Uint8Array([1]), new Int8Array([1])], 'value'],
  ['NaN', () => [NaN, NaN], 'match'],
  ['zeros of two signs', () => [0, -0], 'value'],
  ['an instance and its bare parts', () => [new Instance(), { part: 1 }], 'value'],
  ['a cycle', () => [cycle(1), cycle(1)], 'match'],
  ['cycles', () => [cycle(1), cycle(2)], 'value'],
  ['what is nested deeper than the stack', () => [nested(), nested()], 'error'],
  ['what throws when it is touched', () => [touchy(), touchy()], 'error'],
])('compares %s', async (_, pair, verdict) => {
  const { legacyInner, nextInner, verdictOn } = await shadowing();
  const [legacyValue, nextValue] = pair();
  await legacyInner.set('key', legacyValue);
  await nextInner.set('key', nextValue);
  expect(await verdictOn('key')).toBe(verdict);
});

function mapOf(...keys: readonly string[]): Map<string, object> {
  return new Map(keys.map((key) => [key, { key }]));
}

class Instance {
  readonly part = 1;
}

function cycle(part: number): object {
  const value: Record<string, unknown> = { part };
  return Object.assign(value, { self: value });
}

function nested(): object {
  let value = {};
  for (let depth = 0; depth < 100_000; depth += 1) value = { value };
  return value;
}

function touchy(): object {
  return Object.defineProperty({}, 'part', {
    enumerable: true,
    get: () => {
      throw new Error('touched');
    },
  });
}

it('compares as it is told to', async () => {
  const compare = (legacy: unknown, next: unknown): boolean => String(legacy) === String(next);
  const { legacyInner, nextInner, verdictOn } = await shadowing({ compare });
  await legacyInner.set('key', 1);
  await nextInner.set('key', '1');
  expect(await verdictOn('key')).toBe('match');
  await nextInner.set('key', '2');
  expect(await verdictOn('key')).toBe('value');
});

it('tells when equal entries end at different times, beyond the tolerance', async () => {
  const { legacyInner, nextInner, verdictOn } = await shadowing({ expiryTolerance: 50 });
  await legacyInner.set('key', 1, { ttl: 10_000 });
  await nextInner.set('key', 1, { ttl: 10_050 });
  expect(await verdictOn('key')).toBe('match');
  await nextInner.set('key', 1, { ttl: 10_200 });
  expect(await verdictOn('key')).toBe('expiry');
  await nextInner.set('key', 1, { ttl: Infinity });
  expect(await verdictOn('key')).toBe('expiry');
  await legacyInner.set('key', 1, { ttl: Infinity });
  expect(await verdictOn('key')).toBe('match');
});

it.each([
  ['sliding', 'absolute'],
  ['absolute', 'sliding'],
] as const)('does not compare the ends of a %s and a %s entry', async (legacy, next) => {
  const { legacyInner, nextInner, verdictOn } = await shadowing(
    {},
    {
      createCaches: (clock) => ({
        legacy: new ImprovedAsyncCache({ clock, expiry: legacy }),
        next: new ImprovedAsyncCache({ clock, expiry: next }),
      }),
    },
  );
  await legacyInner.set('key', 1, { ttl: 10_000 });
  await nextInner.set('key', 1, { ttl: 90_000 });
  expect(await verdictOn('key')).toBe('match');
});

it('counts a known difference as no mismatch', async () => {
  const { manager, legacyInner, nextInner, verdictOn } = await shadowing({
    ignore: ({ key, verdict, legacy, next }) => {
      if (key === 'broken') throw new Error('no rule for that');
      return (
        verdict === 'value' &&
        legacy?.kind === 'hit' &&
        next?.kind === 'hit' &&
        typeof legacy.value === typeof next.value
      );
    },
  });
  for (const [key, value] of Object.entries({ known: 2, unknown: '2', broken: 2 })) {
    await legacyInner.set(key, 1);
    await nextInner.set(key, value);
  }
  expect(await verdictOn('known')).toBe('ignored');
  expect(manager.mismatches).toEqual([]);
  expect(await verdictOn('unknown')).toBe('value');
  expect(await verdictOn('broken')).toBe('value');
});

it('draws each read by itself, and in shadow only', async () => {
  const random = xoroshiro128plus(7);
  const { manager, verdicts } = await shadowing(
    { rate: 0.1 },
    { random: () => uniformInt(random, 0, 0xff_ff_ff) / 0x1_00_00_00 },
  );
  const gaps: number[] = [];
  let gap = 0;
  for (let read = 0; read < 20_000; read += 1) {
    await manager.get('key');
    await promisesToSettle();
    if (verdicts.splice(0).length === 0) {
      gap += 1;
    } else {
      gaps.push(gap);
      gap = 0;
    }
  }
  // 2000 expected with a deviation of 42; of the gaps, one in ten is 0, and 0.9 ** 10 of them are 10 or more.
  expect(Math.abs(gaps.length - 2000)).toBeLessThan(5 * 42);
  expect(gaps.filter((length) => length === 0).length / gaps.length).toBeCloseTo(0.1, 1);
  expect(gaps.filter((length) => length >= 10).length / gaps.length).toBeCloseTo(0.9 ** 10, 1);
  await manager.transition({ stage: 'live', percentage: 0 });
  for (let read = 0; read < 200; read += 1) await manager.get('key');
  await promisesToSettle();
  expect(verdicts).toEqual([]);
});

it.each([
  [0, 0],
  [1, 50],
])('compares of fifty reads, at a rate of %d, %d', async (rate, count) => {
  const { manager, verdicts } = await shadowing({ rate }, { random: () => 0 });
  for (let read = 0; read < 50; read += 1) await manager.get('key');
  await promisesToSettle();
  expect(verdicts).toHaveLength(count);
});

it('compares no more than 64 reads at once, says so, and goes on when there is room', async () => {
  const { clock, manager, next, verdicts, bounds } = await shadowing();
  next.inject({ kind: 'hang' });
  for (let read = 0; read < 66; read += 1) await manager.get(`${read}`);
  await promisesToSettle();
  expect(bounds).toEqual(['next comparisons', 'next comparisons']);
  next.heal();
  next.release();
  await promisesToSettle();
  expect(verdicts).toEqual(Array.from({ length: 64 }, () => 'match'));
  await manager.get('later');
  await promisesToSettle();
  expect(verdicts).toHaveLength(65);
  expect(clock.pendingTimers).toBe(0);
});

it('counts what it reads for itself, apart from what was asked', async () => {
  const { manager, legacy, next, legacyInner, verdictOn } = await shadowing();
  const lookups: string[] = [];
  for (const [name, cache] of Object.entries({ legacy, next })) {
    const lookup = cache.lookup.bind(cache);
    cache.lookup = (key) => {
      lookups.push(name);
      return lookup(key);
    };
  }
  await legacyInner.set('key', 1);
  await verdictOn('key');
  // The reader's own, the first look, and both of the second.
  expect(lookups).toEqual(['legacy', 'next', 'legacy', 'next']);
  expect((await manager.getStats()).manager).toMatchObject({ hits: 1, misses: 0 });
});

it('does not make a reader wait, nor fail, whatever is compared', async () => {
  const { manager, next } = await migrationAt(
    { stage: 'shadow' },
    {
      shadow: {
        rate: 1,
        compare: () => {
          throw new Error('a bad rule');
        },
      },
    },
  );
  await manager.set(BELOW, 'value');
  await promisesToSettle();
  next.inject({ kind: 'hang' });
  expect(await manager.get(BELOW)).toBe('value');
  next.heal();
  expect(await manager.get(BELOW)).toBe('value');
});
