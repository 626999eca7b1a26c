import type { BatchEntry } from '../src/batch-cache.js';
import type { SetOptions } from '../src/cache.js';
import type { CacheStats } from '../src/cache-stats.js';
import type { CacheContext, Facet } from '../src/conformance/conformance-case.js';
import type { CacheEntry } from '../src/iterable-cache.js';
import type { FillOptions } from '../src/leasing-cache.js';
import type { Lookup } from '../src/lookup.js';
import { ReferenceCache } from '../src/testing/reference-cache.js';

// For each facet a cache that is right but for one fault of that kind.

class DeletesTheNeighbour extends ReferenceCache {
  override async delete(key: string): Promise<boolean> {
    const [first = key] = await this.getKeys();
    return super.delete(first);
  }
}

class TrimsKeys extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    return super.set(
      typeof key === 'string' && key.trim() !== '' ? key.trim() : key,
      value,
      options,
    );
  }

  override async lookup(key: string): Promise<Lookup<unknown>> {
    return super.lookup(typeof key === 'string' && key.trim() !== '' ? key.trim() : key);
  }
}

class MissesNull extends ReferenceCache {
  override async get(key: string): Promise<unknown> {
    return (await super.get(key)) ?? undefined;
  }
}

class TakesZeroForTheDefault extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    return super.set(key, value, options?.ttl === 0 ? {} : options);
  }
}

class Slides extends ReferenceCache {
  constructor(context: CacheContext) {
    super({ ...context, expiry: 'sliding' });
    Object.assign(this.capabilities, { expiry: 'absolute' });
  }
}

class DoesNotSlide extends ReferenceCache {
  constructor(context: CacheContext) {
    super(context);
    Object.assign(this.capabilities, { expiry: 'sliding' });
  }
}

class ClearsAllButOne extends ReferenceCache {
  override async clear(): Promise<void> {
    const [spared] = await this.getKeys();
    for (const key of await this.getKeys()) if (key !== spared) await super.delete(key);
  }
}

class CountsHasAsRead extends ReferenceCache {
  override async has(key: string): Promise<boolean> {
    return (await super.lookup(key)).kind === 'hit';
  }
}

class WorksAfterShutdown extends ReferenceCache {
  override async shutdown(): Promise<void> {
    await this.clear();
  }
}

class KeepsATimer extends ReferenceCache {
  constructor(context: CacheContext) {
    super(context);
    context.clock.schedule(() => undefined, 1000);
  }
}

class WritesInSlowMotion extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    // The larger the number, the sooner it is there.
    const turns = typeof value === 'number' ? 20 - value : 0;
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    return super.set(key, value, options);
  }
}

class HoldsOneTooMany extends ReferenceCache {
  constructor({ maxEntries = Infinity, ...context }: CacheContext) {
    super({ ...context, maxEntries: maxEntries + 1 });
    Object.assign(this.capabilities, { maxEntries });
  }
}

class LosesWhatIsTooLarge extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<void> {
    if (typeof value === 'string' && value.length >= 100_000) await super.delete(key);
    return super.set(key, value, options);
  }
}

class FillsWithoutALease extends ReferenceCache {
  override async fill(key: string, value: unknown, { expiresAt }: FillOptions): Promise<boolean> {
    await super.set(key, value, expiresAt === undefined ? {} : { ttl: 1000 });
    return true;
  }
}

class AddsOverNull extends ReferenceCache {
  override async add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    if (typeof key === 'string' && key !== '' && (await super.get(key)) === null) {
      await super.delete(key);
    }
    return super.add(key, value, options);
  }
}

class GivesEntriesWithoutTheirEnd extends ReferenceCache {
  override async *entries(): AsyncIterableIterator<CacheEntry<unknown>> {
    for await (const { key, value } of super.entries()) yield { key, value };
  }
}

class StoresTheGoodPartOfABatch extends ReferenceCache {
  override async setMany(entries: readonly BatchEntry<unknown>[]): Promise<void> {
    for (const { key, value, ...options } of entries) await super.set(key, value, options);
  }
}

class CountsBackwards extends ReferenceCache {
  override statsNow(): CacheStats {
    const stats = super.statsNow();
    return { ...stats, deletes: -stats.deletes };
  }
}

type Factory = (context: CacheContext) => ReferenceCache;

/** For each facet one or more caches that it must catch, by what is wrong with them. */
export const BROKEN = {
  'read and write': {
    'deletes another key': (context) => new DeletesTheNeighbour(context),
  },
  keys: { 'trims keys': (context) => new TrimsKeys(context) },
  values: { 'takes null for a miss': (context) => new MissesNull(context) },
  lifetimes: { 'takes ttl 0 for the default': (context) => new TakesZeroForTheDefault(context) },
  'absolute expiry': { 'slides, and says it does not': (context) => new Slides(context) },
  'sliding expiry': { 'says that it slides, and does not': (context) => new DoesNotSlide(context) },
  clear: { 'clears all but one': (context) => new ClearsAllButOne(context) },
  statistics: {
    'counts has as a read': (context) => new CountsHasAsRead(context),
    'counts deletes below zero': (context) => new CountsBackwards(context),
  },
  lifecycle: {
    'works after shutdown': (context) => new WorksAfterShutdown(context),
    'keeps a timer': (context) => new KeepsATimer(context),
  },
  concurrency: { 'lets a write overtake another': (context) => new WritesInSlowMotion(context) },
  bounds: {
    'holds one entry too many': (context) => new HoldsOneTooMany(context),
    'loses the old value to one that is too large': (context) => new LosesWhatIsTooLarge(context),
  },
  leases: { 'fills without asking for the lease': (context) => new FillsWithoutALease(context) },
  add: { 'adds over null': (context) => new AddsOverNull(context) },
  entries: {
    'gives entries without their end': (context) => new GivesEntriesWithoutTheirEnd(context),
  },
  many: { 'stores half a batch': (context) => new StoresTheGoodPartOfABatch(context) },
} satisfies Record<Facet, Readonly<Record<string, Factory>>>;
