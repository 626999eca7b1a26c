import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CacheEntry } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImprovedAsyncCache, MemoryStorage, type ImprovedAsyncCacheOptions } from '../src/index.js';
import { settled } from './fixtures/controlled-factory.js';
import { RemoteStorage } from './fixtures/remote-storage.js';

const clock = new ManualClock(1_000_000);

function newCache(options: ImprovedAsyncCacheOptions<unknown> = {}): ImprovedAsyncCache {
  return new ImprovedAsyncCache({ clock, defaultTtl: 1000, ...options });
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function textOf(cache: ImprovedAsyncCache): Promise<string> {
  return Buffer.concat(await allOf(cache.snapshot())).toString();
}

async function contents(cache: ImprovedAsyncCache): Promise<unknown> {
  const found = await allOf(cache.entries());
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function filled(count = 3): Promise<ImprovedAsyncCache> {
  const cache = newCache();
  for (let index = 0; index < count; index += 1) {
    await cache.set(`key ${index}`, { index, text: 'ü\n"\u2028' }, { ttl: 100 + index });
  }
  return cache;
}

describe('a snapshot', () => {
  it('brings entries back with their ends and tags', async () => {
    const cache = await filled();
    await cache.set('endless', null, { ttl: Infinity, tags: ['x'] });
    const other = newCache();
    expect(await other.restore(cache.snapshot())).toEqual({
      restored: 4,
      expired: 0,
      overtaken: 0,
      refused: 0,
      leftOut: 0,
      isWhole: true,
    });
    expect(await contents(other)).toEqual(await contents(cache));
    expect(await other.deleteByTag('x')).toBe(1);
  });

  it('survives the restart of a process through a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
    try {
      const cache = await filled(5000);
      await pipeline(Readable.from(cache.snapshot()), createWriteStream(join(folder, 'cache')));
      const other = newCache();
      const report = await other.restore(createReadStream(join(folder, 'cache')));
      expect(report).toMatchObject({ restored: 5000, isWhole: true });
      expect(await contents(other)).toEqual(await contents(cache));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('may come in pieces of any size', async () => {
    const text = await textOf(await filled());
    const whole = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 80 })), async (sizes) => {
        const pieces: Buffer[] = [];
        let at = 0;
        for (const size of [...sizes, whole.length]) {
          pieces.push(whole.subarray(at, at + size));
          at += size;
        }
        const other = newCache();
        expect(await other.restore(pieces)).toMatchObject({ restored: 3, isWhole: true });
      }),
      { numRuns: 100 },
    );
  });

  it('is read only as fast as it is taken', async () => {
    const cache = await filled(5000);
    const chunks = cache.snapshot()[Symbol.asyncIterator]();
    await chunks.next();
    for (let index = 2500; index < 5000; index += 1) await cache.delete(`key ${index}`);
    const rest: Uint8Array[] = [];
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      rest.push(next.value);
    }
    expect(Buffer.concat(rest).toString()).not.toContain('key 4999');
  });

  it('lets others have their turn while it is restored', async () => {
    const pieces = await allOf((await filled(2000)).snapshot());
    const other = newCache();
    const restoring = other.restore(pieces);
    const sizes = new Set<number>();
    for (let turn = 0; turn < 10; turn += 1) {
      sizes.add(await other.size());
      await settled();
    }
    await restoring;
    expect(await other.size()).toBe(2000);
    expect(sizes.size).toBeGreaterThan(5);
  });

  it('leaves out what cannot be written, and says how much', async () => {
    const cache = await filled();
    await cache.set('date', new Date(0));
    const report = await newCache().restore(cache.snapshot());
    expect(report).toMatchObject({ restored: 3, leftOut: 1, isWhole: true });
  });

  it('takes a codec', async () => {
    const codec = {
      encode: (value: unknown) => `${(value as Date).getTime()}`,
      decode: (text: string) => new Date(Number(text)),
    };
    const cache = newCache();
    await cache.set('date', new Date(5));
    const other = newCache();
    await other.restore(cache.snapshot({ codec }), { codec });
    expect(await other.get('date')).toEqual(new Date(5));
  });

  it('of a cache that is shut down meanwhile is not whole', async () => {
    const cache = await filled(5000);
    const chunks = cache.snapshot()[Symbol.asyncIterator]();
    await chunks.next();
    await cache.shutdown();
    const rest = async (): Promise<void> => {
      while ((await chunks.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
  });
});

it('of a storage that is closed meanwhile is not whole', async () => {
  class PagedStorage extends RemoteStorage {
    async *entries(): AsyncIterableIterator<CacheEntry<unknown>> {
      yield { key: 'first page', value: 1 };
      await this.gate;
      yield* this.inner.entries();
    }
  }
  const storage = new PagedStorage(new MemoryStorage({ clock }));
  const cache = newCache({ storage });
  await cache.set('second page', 2);
  const entries = cache.entries();
  await entries.next();
  let page: () => void = () => undefined;
  storage.gate = new Promise((resolve) => (page = resolve));
  const rest = entries.next();
  await cache.shutdown();
  page();
  await expect(rest).rejects.toMatchObject({ code: 'SHUT_DOWN' });
});

describe('a restore', () => {
  it('leaves out what is over meanwhile, and leaves alone what is there', async () => {
    const time = new ManualClock(1_000_000);
    const text = await textOf(await filled());
    const other = newCache({ clock: time });
    await other.set('key 2', 'newer');
    time.advance(101);
    expect(await other.restore([text])).toMatchObject({ restored: 0, expired: 2, overtaken: 1 });
    expect(await contents(other)).toMatchObject([{ key: 'key 2', value: 'newer' }]);
  });

  it.each<[string, (cache: ImprovedAsyncCache) => Promise<unknown>, readonly string[]]>([
    ['a delete', (cache) => cache.delete('a'), ['b']],
    ['a set that is over', (cache) => cache.set('a', 1, { ttl: 0 }), ['b']],
    ['a clear', (cache) => cache.clear(), []],
    ['deleteByTag', (cache) => cache.deleteByTag('x'), ['b']],
  ])('does not bring back what %s removed since it began', async (_what, write, expected) => {
    const cache = newCache();
    await cache.set('a', 1, { tags: ['x'] });
    await cache.set('b', 1);
    const text = await textOf(cache);
    const other = newCache();
    async function* slowly(): AsyncIterableIterator<string> {
      await write(other);
      yield text;
    }
    await other.restore(slowly());
    expect(await other.getKeys()).toEqual(expected);
  });

  it('is overtaken by a load that is under way', async () => {
    const text = await textOf(await filled(1));
    const other = newCache();
    let give: (value: unknown) => void = () => undefined;
    const answer = other.getOrSet('key 0', () => new Promise((resolve) => (give = resolve)));
    await other.restore([text]);
    give('loaded');
    await answer;
    expect(await other.get('key 0')).toBe('loaded');
  });

  it('into bounds refuses what is too heavy and evicts as ever', async () => {
    const text = await textOf(await filled());
    const small = newCache({ maxEntries: 2 });
    await small.restore([text]);
    expect(await small.size()).toBe(2);
    const light = newCache({ maxBytes: 1, sizeOf: () => 2 });
    expect(await light.restore([text])).toMatchObject({ refused: 3, restored: 0 });
  });
});

describe('what is not a whole snapshot', () => {
  const HEAD = '{"format":"resync-cache-snapshot","version":1,"takenAt":1}\n';

  it('is refused at every place where it is cut, and changes nothing', async () => {
    const text = await textOf(await filled());
    for (let length = 0; length < text.length - 1; length += 1) {
      const other = newCache();
      await expect(other.restore([text.slice(0, length)])).rejects.toMatchObject({
        code: 'INVALID_SNAPSHOT',
      });
      expect(await other.size()).toBe(0);
    }
  });

  it('is refused with any byte changed, or brings back the same', async () => {
    const original = await filled();
    const bytes = Buffer.from(await textOf(original));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ by;
          const other = newCache();
          const outcome = await other.restore([changed]).then(
            () => 'restored',
            (error: unknown) => (error as { readonly code?: string }).code,
          );
          // A change in the last line may leave what it says as it was.
          if (outcome === 'restored')
            expect(await contents(other)).toEqual(await contents(original));
          else {
            expect(outcome).toBe('INVALID_SNAPSHOT');
            expect(await other.size()).toBe(0);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused where a value was changed', async () => {
    const text = await textOf(await filled());
    const changed = text.replace('index\\":1', 'index\\":7');
    expect(changed).not.toBe(text);
    await expect(newCache().restore([changed])).rejects.toMatchObject({
      message: expect.stringContaining('checksum differs') as unknown,
    });
  });

  it('is kept as far as a checksum stands behind it, where that is asked for', async () => {
    const cache = await filled(1000);
    const text = await textOf(cache);
    const faults: readonly (readonly [string, string])[] = [
      ['cut', text.slice(0, text.indexOf('["key 500"') + 5)],
      ['changed', text.replace('index\\":500', 'index\\":599')],
      ['given another end', text.replace('["key 500",1000600', '["key 500",1000900')],
    ];
    for (const [what, faulty] of faults) {
      expect([what, faulty]).not.toEqual([what, text]);
      const other = newCache();
      const report = await other.restore([faulty], { partial: 'keep' });
      expect(report).toMatchObject({ isWhole: false });
      // At most 16 kB are missing before the fault, and nothing that is there differs.
      expect(report.restored).toBeGreaterThan(150);
      expect(report.restored).toBeLessThan(500);
      for await (const { key, value, expiresAt } of other.entries()) {
        expect(await cache.lookup(key)).toEqual({ kind: 'hit', value, expiresAt });
      }
    }
  });

  it.each([
    ['after the first line', HEAD],
    ['in the first entry', `${HEAD}["key"`],
  ])('is an empty one where it is cut %s and kept', async (_where, text) => {
    expect(await newCache().restore([text], { partial: 'keep' })).toMatchObject({
      restored: 0,
      isWhole: false,
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello\n'],
    ['another format', '{"format":"other"}\n'],
    ['another version', '{"format":"resync-cache-snapshot","version":2}\n'],
    ['a list first', '["key",null,"1"]\n'],
    ['null', 'null\n'],
    ['a key that is none', `${HEAD}["",null,"1"]\n`],
    ['a key that is an object', `${HEAD}[{},null,"1"]\n`],
    ['an end that is no number', `${HEAD}["key","soon","1"]\n`],
    ['an end beyond numbers', `${HEAD}["key",1e999,"1"]\n`],
    ['a value that is no text', `${HEAD}["key",null,1]\n`],
    ['a value that cannot be read', `${HEAD}["key",null,"{"]\n`],
    ['tags that are none', `${HEAD}["key",null,"1",[""]]\n`],
    ['an entry with too much', `${HEAD}["key",null,"1",[],1]\n`],
    ['another number of entries', `${HEAD}{"end":true,"entries":1,"checksum":"0"}\n`],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x0a)],
    ['chunks of something else', 5],
  ])('is refused with a clear error: %s', async (_what, chunk) => {
    const cache = await filled();
    const before = await contents(cache);
    for (const partial of ['refuse', 'keep'] as const) {
      const outcome = await cache
        .restore([chunk as string], { partial })
        .catch((error: unknown) => error);
      if (partial === 'refuse') expect(outcome).toMatchObject({ code: 'INVALID_SNAPSHOT' });
    }
    expect(await contents(cache)).toEqual(before);
  });

  it('is refused where something comes after its end', async () => {
    const text = await textOf(await filled());
    await expect(newCache().restore([text, '["key",null,"1"]\n'])).rejects.toMatchObject({
      message: expect.stringContaining('nothing after the end') as unknown,
    });
  });

  it('is refused over the limits', async () => {
    const text = await textOf(await filled());
    const refused = { code: 'INVALID_SNAPSHOT' };
    await expect(newCache().restore([text], { maxBytes: 100 })).rejects.toMatchObject(refused);
    await expect(newCache().restore([text], { maxEntryBytes: 10 })).rejects.toMatchObject(refused);
    await expect(newCache().restore([text], { maxBytes: 0 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('brings no prototype with it', async () => {
    const cache = newCache();
    await cache.set('__proto__', JSON.parse('{"__proto__":{"polluted":true}}') as unknown);
    const other = newCache();
    await other.restore(cache.snapshot());
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys((await other.get('__proto__')) as object)).toEqual(['__proto__']);
  });

  it('ends the stream that it came from', async () => {
    const stream = Readable.from([Buffer.from('hello\n'), Buffer.from('more')]);
    await expect(newCache().restore(stream)).rejects.toMatchObject({ code: 'INVALID_SNAPSHOT' });
    expect(stream.destroyed).toBe(true);
  });
});
