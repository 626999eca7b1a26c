import { describe, expect, it } from 'vitest';
import { compareCaches, formatPreflight, type Cache, type SetOptions } from '../src/index.js';
import { ChaosCache } from '../src/testing/chaos-cache.js';
import { ManualClock } from '../src/testing/manual-clock.js';
import { RecordingCache } from '../src/testing/recording-cache.js';
import { ReferenceCache } from '../src/testing/reference-cache.js';
import type { CacheContext } from '../src/conformance/conformance-case.js';

const reference = (context: CacheContext): Cache => new ReferenceCache(context);

/** Stores a null as nothing, and prolongs what is read. */
class Odd extends ReferenceCache {
  constructor(context: CacheContext) {
    super({ ...context, expiry: 'sliding', defaultTtl: 60_000 });
  }

  override async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    if (value !== null) return super.set(key, value, options);
  }
}

const odd = (context: CacheContext): Cache => new Odd(context);

/** A live cache with entries, whose every call is recorded. */
async function inUse(maxEntries: number) {
  const clock = new ManualClock(1_000_000);
  const inner = new ReferenceCache({ clock, maxEntries, expiry: 'sliding' });
  for (const key of ['a', 'b', 'c']) await inner.set(key, key, { ttl: 1000 });
  clock.advance(500);
  const before: unknown[] = [];
  for await (const entry of inner.entries()) before.push(entry);
  return { inner, before, cache: new RecordingCache(inner) };
}

async function entriesOf(cache: ReferenceCache): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const entry of cache.entries()) found.push(entry);
  return found;
}

describe('on live caches the preflight', () => {
  it('leaves the entries as it finds them, and touches keys of its own only', async () => {
    const [left, right] = [await inUse(1000), await inUse(1000)];
    const report = await compareCaches(left.cache, right.cache);
    for (const { inner, before, cache } of [left, right]) {
      expect(await entriesOf(inner)).toEqual(before);
      expect(await inner.getStats()).toMatchObject({ evictions: 0, expirations: 0 });
      const { calls } = cache.history;
      expect(calls.some(({ operation }) => operation === 'set')).toBe(true);
      expect(calls.map(({ operation }) => operation)).not.toContain('clear');
      const touched = calls.flatMap(({ keys }) => keys);
      expect(touched.filter((key) => !key.startsWith('resync-preflight:'))).toEqual([]);
    }
    expect(report.differences).toEqual([]);
    expect(report.notProbed).toBeGreaterThan(0);
  });

  it.each([
    ['is full', 10],
    ['does not declare its bound', undefined],
  ])('writes nothing where a cache %s', async (_, maxEntries) => {
    const { cache, inner, before } = await inUse(maxEntries ?? 1000);
    const { maxEntries: bound, ...others } = inner.capabilities;
    Object.defineProperty(inner, 'capabilities', {
      value: maxEntries === undefined ? others : { ...others, maxEntries: bound },
    });
    const report = await compareCaches(cache, cache);
    expect(await entriesOf(inner)).toEqual(before);
    expect(
      cache.history.calls.filter(({ operation }) => ['set', 'delete'].includes(operation)),
    ).toEqual([]);
    expect(report.findings.find(({ behaviour }) => behaviour === 'null')).toMatchObject({
      result: 'not probed',
      legacy: expect.stringContaining('give scratch factories') as unknown,
    });
  });

  it('cleans up after a question that failed', async () => {
    const { inner, before } = await inUse(1000);
    const chaos = new ChaosCache(inner);
    chaos.inject({ kind: 'fail' }, { operations: ['get', 'lookup'] });
    const report = await compareCaches(chaos, inner);
    expect(await entriesOf(inner)).toEqual(before);
    expect(report.differences).toContain('null');
  });
});

describe('with scratch caches the preflight', () => {
  const ask = (left: typeof reference, right: typeof reference, timeout = 10_000) => {
    const clock = new ManualClock(1_000_000);
    return compareCaches(left({ clock }), right({ clock }), {
      scratch: { legacy: left, next: right },
      timeout,
    });
  };

  it('asks everything, and leaves the live caches alone', async () => {
    const { cache } = await inUse(1000);
    const report = await compareCaches(cache, cache, {
      scratch: { legacy: reference, next: reference },
    });
    expect(report.notProbed).toBe(0);
    expect(cache.history.calls).toEqual([]);
  });

  it('says which side differs from the contract, and what to do', async () => {
    const report = await ask(reference, odd);
    expect(report.blocks).toBe(1);
    expect(report.findings.find(({ verdict }) => verdict === 'blocks')).toEqual({
      behaviour: 'null',
      question: 'what a stored null reads as',
      legacy: 'a hit with the value',
      next: 'a miss',
      result: 'different',
      verdict: 'blocks',
      advice:
        'next does otherwise than the contract says: box null in an adapter: what reads as a miss is loaded again and again',
    });
  });

  it('warns where both do the same and not what the contract says', async () => {
    const report = await ask(odd, odd);
    expect(report.differences).toEqual([]);
    expect(report.findings.find(({ behaviour }) => behaviour === 'null')).toMatchObject({
      result: 'same',
      verdict: 'warning',
      advice: expect.stringContaining('both do otherwise') as unknown,
    });
  });

  it('does not wait for ever', async () => {
    const hanging = (context: CacheContext): Cache => {
      const chaos = new ChaosCache(new ReferenceCache<unknown>(context));
      chaos.inject({ kind: 'hang' }, { operations: ['lookup'] });
      return chaos;
    };
    const report = await ask(reference, hanging, 5);
    expect(report.findings.find(({ question }) => question.includes('null'))).toMatchObject({
      result: 'not probed',
      next: 'not probed: it gave no answer within 5 ms',
    });
  });

  it('asks nothing about time where a cache has a clock of its own', async () => {
    const own = ({ maxEntries, maxBytes }: CacheContext): Cache =>
      new ReferenceCache({
        ...(maxEntries !== undefined && { maxEntries }),
        ...(maxBytes !== undefined && { maxBytes }),
      });
    const report = await ask(reference, own);
    expect(report.findings.find(({ question }) => question.includes('as seen'))).toMatchObject({
      result: 'not probed',
      next: expect.stringContaining('does not follow the clock') as unknown,
    });
    expect(report.differences).toEqual([]);
  });

  it('reports a cache that breaks instead of breaking', async () => {
    const broken = (context: CacheContext): Cache => {
      const chaos = new ChaosCache(new ReferenceCache<unknown>(context));
      chaos.inject({ kind: 'fail' }, { operations: ['set'] });
      return chaos;
    };
    const report = await ask(reference, broken);
    expect(report.findings.find(({ behaviour }) => behaviour === 'aliasing')).toMatchObject({
      next: 'it fails: Error: injected fault',
    });
  });

  it('refuses a timeout that is none', async () => {
    await expect(ask(reference, reference, 0)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('gives a report that survives JSON, and one for people', async () => {
    const report = await ask(reference, odd);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(formatPreflight(report)).toMatchInlineSnapshot(`
      "Preflight: 1 finding that blocks a migration, 5 warnings

      ✘ blocks   null: what a stored null reads as
                   legacy  a hit with the value
                   next    a miss
                   → next does otherwise than the contract says: box null in an adapter: what reads as a miss is loaded again and again

      ! warning  expiry: when an entry ends, as declared
                   legacy  after it was written
                   next    after it was last read
                   → choose: keep the old expiry on the new cache for the migration and change it afterwards, or change it now and accept that nothing can be taken over between the two

      ! warning  expiry: whether a read prolongs an entry, as seen
                   legacy  absolute
                   next    sliding
                   → a hot entry that never ended will end: see that everything can be loaded anew

      ! warning  default ttl: the lifetime of an entry that is set without one, as declared
                   legacy  none, entries never end
                   next    1 minute
                   → give each set its lifetime, or both caches the same default: the migration passes the one of legacy

      ! warning  default ttl: when an entry ends that is set without a lifetime, as seen
                   legacy  not within a year, if ever
                   next    after 1 minute
                   → give each set its lifetime, or both the same default

      ! warning  aliasing: whether the object that was stored is the one that is read
                   legacy  the same object
                   next    the same object
                   → both sides will hold one object while both are written: callers that change what they read change both. Freeze values, or clone them in the adapter of legacy

      26 questions answered alike; 0 not probed
      "
    `);
  });
});

describe('of who shares a cache the preflight says that', () => {
  const clock = new ManualClock(1_000_000);

  function cacheThat(declares: Partial<Cache['capabilities']>): Cache {
    const cache = new ReferenceCache({ clock });
    const capabilities = { ...cache.capabilities, ...declares };
    return Object.defineProperty(cache, 'capabilities', { value: capabilities });
  }

  const inProcess = cacheThat({ shared: false });
  const onServer = cacheThat({ shared: true, leases: true });
  const withoutLeases = cacheThat({ shared: true, leases: false });

  it.each([
    ['nothing stands in the way in one memory', inProcess, inProcess, 'same', 'fine'],
    ['legacies that differ fill nothing', inProcess, onServer, 'different', 'warning'],
    ['a next in memory misses what others write', onServer, inProcess, 'different', 'blocks'],
    ['nothing stands in the way of a fleet', onServer, onServer, 'same', 'fine'],
    ['no fleet does without leases', onServer, withoutLeases, 'hazard', 'blocks'],
  ] as const)('%s', async (_, legacy, next, result, verdict) => {
    const { findings } = await compareCaches(legacy, next);
    const finding = findings.find(({ behaviour }) => behaviour === 'sharing');
    expect(finding).toMatchObject({ result, verdict });
  });

  it.each([
    ['a next in memory', inProcess],
    ['a next without leases', withoutLeases],
  ])('%s will do for one process', async (_, next) => {
    const { blocks } = await compareCaches(onServer, next, { soleProcess: true });
    expect(blocks).toBe(0);
  });
});

describe('of bounds the preflight', () => {
  const unbounded = ({ clock }: CacheContext): Cache => new ReferenceCache({ clock });
  const clock = new ManualClock(1_000_000);
  const ask = (legacy: Cache, next: Cache, scratch: Record<'legacy' | 'next', typeof reference>) =>
    compareCaches(legacy, next, { scratch });
  const eight = 'how many of twenty entries it holds, where it is to hold eight';

  it.each([
    ['warns of a next that is bounded', unbounded, reference, 'warning'],
    ['blocks a next that grows for ever', reference, unbounded, 'blocks'],
  ])('%s', async (_, legacy, next, verdict) => {
    const { findings } = await ask(legacy({ clock }), next({ clock }), { legacy, next });
    expect(findings.find(({ question }) => question === eight)).toMatchObject({ verdict });
  });

  it('does not ask what a server decides', async () => {
    const next = new ReferenceCache({ clock });
    Object.defineProperty(next, 'capabilities', { value: { ...next.capabilities, shared: true } });
    const scratch = { legacy: reference, next: unbounded };
    const { findings } = await ask(reference({ clock }), next, scratch);
    expect(findings.find(({ question }) => question === eight)).toMatchObject({
      result: 'not probed',
      next: expect.stringContaining('server') as unknown,
    });
  });
});
