import { describe, expectTypeOf, it } from 'vitest';
import {
  CacheError,
  hasAdd,
  MISS,
  type AddingCache,
  type BatchCache,
  type Cache,
  type CacheCapabilities,
  type CacheEntry,
  type CacheErrorCode,
  type Clock,
  type IterableCache,
  type Lease,
  type LeasingCache,
  type Lookup,
} from '../src/index.js';
import { ReferenceCache } from '../src/testing/reference-cache.js';

// What must not compile stands under @ts-expect-error: the type checker fails where it does compile.

const cache: Cache<string> = new ReferenceCache<string>();
type Answer<Call extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<Call>>;

/** Takes what would be unused. */
const use: (...things: readonly unknown[]) => void = () => undefined;

describe('the types of the contract', () => {
  it('reach a value only through a hit', () => {
    const found = MISS as Lookup<string | undefined>;
    // @ts-expect-error -- a miss has no value
    use(found.value);
    if (found.kind === 'hit') expectTypeOf(found.value).toEqualTypeOf<string | undefined>();
    // @ts-expect-error -- a miss with a value is no lookup
    const mixed: Lookup<string> = { kind: 'miss', value: 'x' };
    // @ts-expect-error -- a hit without a value is no lookup
    const empty: Lookup<string> = { kind: 'hit' };
    use(mixed, empty);
  });

  it('make the caller look at a miss', () => {
    expectTypeOf<Answer<Cache<string>['get']>>().toEqualTypeOf<string | undefined>();
    // @ts-expect-error -- a miss is not a string
    const value: Promise<string> = cache.get('key');
    use(value);
  });

  it('take lifetimes in milliseconds, by name', () => {
    use(
      cache.set('key', 'value', { ttl: 1000 }),
      // @ts-expect-error -- a bare number says nothing of its unit
      cache.set('key', 'value', 1000),
      // @ts-expect-error -- seconds are not what the contract speaks
      cache.set('key', 'value', { ttlSeconds: 1 }),
      // @ts-expect-error -- a value of another type
      cache.set('key', 5),
    );
    // @ts-expect-error -- exact optional: leave it out instead
    const options: Parameters<Cache['set']>[2] = { ttl: undefined };
    use(options);
  });

  it('show optional calls only where they are declared', () => {
    // @ts-expect-error -- not every cache can add
    expectTypeOf<Cache['add']>().toBeFunction();
    if (hasAdd(cache)) expectTypeOf(cache).toEqualTypeOf<AddingCache<string>>();
    expectTypeOf<Answer<AddingCache['add']>>().toEqualTypeOf<boolean>();
    expectTypeOf<Answer<LeasingCache['fill']>>().toEqualTypeOf<boolean>();
    expectTypeOf<Answer<BatchCache<string>['getMany']>>().toEqualTypeOf<
      ReadonlyMap<string, string>
    >();
    expectTypeOf<ReturnType<IterableCache<string>['entries']>>().toEqualTypeOf<
      AsyncIterable<CacheEntry<string>>
    >();
  });

  it('let nobody make up a lease', () => {
    // @ts-expect-error -- a lease is granted by a cache
    const lease: Lease = 'lease';
    use(lease);
  });

  it('declare expiry and sharing, whatever else is left out', () => {
    const least: CacheCapabilities = { expiry: 'absolute', shared: false, normalises: [] };
    // @ts-expect-error -- whether it is shared must be said
    const less: CacheCapabilities = { expiry: 'absolute', normalises: [] };
    // @ts-expect-error -- there are two kinds of expiry
    const other: CacheCapabilities = { ...least, expiry: 'sometimes' };
    use(less, other);
  });

  it('have literal error codes', () => {
    expectTypeOf<CacheError['code']>().toEqualTypeOf<CacheErrorCode>();
    // @ts-expect-error -- no such code
    const unknown: CacheError = new CacheError('OOPS', 'expected nothing');
    use(unknown);
  });

  it('dispose of a cache, and ask a clock for the time at each use', () => {
    expectTypeOf<Cache>().toExtend<AsyncDisposable>();
    expectTypeOf<Clock['now']>().toEqualTypeOf<() => number>();
  });
});
