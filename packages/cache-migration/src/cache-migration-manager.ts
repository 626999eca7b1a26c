import {
  assertKey,
  assertValue,
  CacheError,
  wholeTtl,
  type Cache,
  type CacheCapabilities,
  type CacheStats,
  type FillOptions,
  type LeasedLookup,
  type LeasingCache,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import { composeMigration, type MigrationParts } from './compose-migration.js';
import type { Manner } from './keys/key-order.js';
import {
  resolveOptions,
  type CacheMigrationOptions,
  type MigrationSettings,
} from './migration-options.js';
import type { Operation } from './observation/migration-observer.js';
import type { MigrationStats } from './observation/migration-stats.js';
import type { Loader } from './operations/loads.js';
import { callWithin } from './sides/outcome.js';
import type { Side } from './sides/side.js';
import {
  stepTo,
  type MigrationState,
  type MigrationTarget,
  type SideName,
} from './stages/stage.js';

/** What one side of a migration is up to. */
export interface SideStatus {
  readonly isCold: boolean;
  /** Keys that the side does not answer for. */
  readonly dirtyKeys: number;
  /** Calls that passed their limit and have not settled. */
  readonly unsettled: number;
}

/**
 * Moves a live service from one cache to another. It is itself a {@link Cache}: put it where the old
 * cache was; it starts in `off`, where reads go straight through.
 *
 * What it promises is in the README; how it keeps it, file by file, in ARCHITECTURE.md.
 */
export class CacheMigrationManager<V = unknown> implements LeasingCache<V> {
  readonly component: string;
  readonly #settings: MigrationSettings<V>;
  readonly #parts: MigrationParts<V>;
  #shutdown: Promise<void> | undefined;

  constructor(options: CacheMigrationOptions<V>) {
    this.#settings = resolveOptions(options);
    this.#parts = composeMigration(this.#settings);
    this.component = this.#settings.component;
  }

  get capabilities(): CacheCapabilities {
    const { legacy, next, defaultTtl, maxTtl } = this.#settings;
    const { expiry, maxEntries, maxBytes } = this.#listing().cache.capabilities;
    return {
      leases: true,
      expiry,
      ...(maxEntries !== undefined && { maxEntries }),
      ...(maxBytes !== undefined && { maxBytes }),
      shared: legacy.capabilities.shared || next.capabilities.shared,
      defaultTtl,
      ...(maxTtl !== Infinity && { maxTtl }),
      normalises: [],
    };
  }

  /** Where the migration stands. */
  get state(): MigrationState {
    return this.#parts.stages.state;
  }

  /** What is open on each side. */
  get status(): Readonly<Record<SideName, SideStatus>> {
    const statusOf = (side: Side<V>): SideStatus => ({
      isCold: side.isCold,
      dirtyKeys: side.ledger.dirtyCount,
      unsettled: side.unsettledCount,
    });
    return { legacy: statusOf(this.#parts.sides.legacy), next: statusOf(this.#parts.sides.next) };
  }

  /**
   * Goes one step. It takes effect for new operations at once; resolves when what began before has
   * settled.
   *
   * @throws MigrationError `ILLEGAL_STEP` (the message names the legal ones), `NOT_TRUSTED`,
   *   `SHARED_SIDE`, or `SUPERSEDED` by a rollback
   */
  async transition(target: MigrationTarget, why = 'requested'): Promise<void> {
    this.#assertOpen();
    return this.#parts.stages.transition(stepTo(target), why);
  }

  /**
   * Goes back. From `live` and `rampdown` to `live 0`, at once: every read that begins afterwards is
   * answered by legacy, which is as fresh as next. From `shadow` and `dualwrite` to `off`. From
   * `complete` only with `cold: true`, to `live 100` with an emptied legacy.
   */
  async rollback(why: string, options: { readonly cold?: true } = {}): Promise<void> {
    this.#assertOpen();
    return this.#parts.stages.rollback(why, options.cold === true ? 'cold' : 'warm');
  }

  get(key: string): Promise<V | undefined> {
    const alone = this.#parts.stages.alone;
    if (alone !== undefined && this.#parts.watcher === undefined) return alone.cache.get(key);
    return this.lookup(key).then((found) => (found.kind === 'hit' ? found.value : undefined));
  }

  async lookup(key: string): Promise<Lookup<V>> {
    const begun = this.#parts.stopwatch?.begin();
    const found = await this.#lookup(key);
    this.#parts.stopwatch?.end('get', begun);
    return found;
  }

  async has(key: string): Promise<boolean> {
    return this.#timed('has', async () => {
      const alone = this.#parts.stages.alone;
      if (alone !== undefined) return alone.cache.has(key);
      this.#assertOpen();
      assertKey(key);
      return this.#parts.reads.has(key, this.#parts.stages.epoch);
    });
  }

  async set(key: string, value: V, options?: SetOptions): Promise<void> {
    this.#assertOpen();
    assertKey(key);
    assertValue(value);
    return this.#set(key, value, {
      deadline: this.#settings.clock.now() + this.#ttl(options),
      manner: 'concurrent',
    });
  }

  async delete(key: string): Promise<boolean> {
    this.#assertOpen();
    assertKey(key);
    return this.#timed('delete', async () => {
      const alone = this.#parts.stages.alone;
      const wasThere = await (alone === undefined
        ? this.#parts.writes.delete(key, this.#parts.stages.epoch)
        : this.#parts.writes.direct(alone, key, {
            manner: 'concurrent',
            call: (cache) => cache.delete(key),
          }));
      if (wasThere) this.#parts.counter.deleted();
      return wasThere;
    });
  }

  async clear(): Promise<void> {
    this.#assertOpen();
    return this.#timed('clear', () => {
      const alone = this.#parts.stages.alone;
      if (alone !== undefined) return this.#parts.writes.clearDirect(alone);
      return this.#parts.writes.clear(this.#parts.stages.epoch);
    });
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const { number } = this.#parts.stages.epoch;
    const found = await this.lookup(key);
    if (found.kind === 'hit') return found;
    const lease = this.#parts.leases.grant(key, number);
    return lease === undefined ? found : { kind: 'miss', lease };
  }

  async fill(key: string, value: V, options: FillOptions): Promise<boolean> {
    this.#assertOpen();
    assertKey(key);
    assertValue(value);
    if (!this.#parts.leases.redeem(key, options.lease)) return false;
    const { clock, defaultTtl } = this.#settings;
    const deadline = options.expiresAt ?? clock.now() + defaultTtl;
    await this.#set(key, value, { deadline, manner: 'ordered' });
    return true;
  }

  /**
   * The value, loaded on a miss. Reads that miss together share one load; what was loaded is stored
   * only if no write of the key came in between.
   */
  async getOrSet(key: string, loader: Loader<V>, options?: SetOptions): Promise<V> {
    const ttl = this.#ttl(options);
    const { number: epoch } = this.#parts.stages.epoch;
    const found = await this.lookup(key);
    if (found.kind === 'hit') return found.value;
    return this.#parts.loads.run({
      key,
      epoch,
      loader,
      store: (value) =>
        this.#set(key, value, {
          deadline: this.#settings.clock.now() + ttl,
          manner: 'ordered',
        }),
    });
  }

  async size(): Promise<number> {
    this.#assertOpen();
    const side = this.#listing();
    if (side.isCold) return 0;
    if (side.ledger.dirtyCount === 0) return side.cache.size();
    return (await this.getKeys()).length;
  }

  async getKeys(): Promise<string[]> {
    this.#assertOpen();
    const side = this.#listing();
    if (side.isCold) return [];
    const keys = await side.cache.getKeys();
    return keys.filter((key) => side.trustFor(key) === 'trusted');
  }

  async getStats(): Promise<MigrationStats> {
    this.#assertOpen();
    const manager = this.#parts.counter.counts;
    const { reads } = this.#parts.stages.epoch.route;
    if (reads !== 'split') {
      const stats = await this.#parts.sides[reads].cache.getStats();
      return { ...stats, size: await this.size(), manager };
    }
    const [legacy, next, size] = await Promise.all([
      statsOf(this.#parts.sides.legacy),
      statsOf(this.#parts.sides.next),
      this.size(),
    ]);
    return this.#parts.counter.statsOver(size, legacy, next);
  }

  /** Refuses new calls, waits for what is under way, and shuts both caches down; rejects with the first error. */
  async shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #lookup(key: string): Promise<Lookup<V>> {
    const alone = this.#parts.stages.alone;
    if (alone !== undefined) {
      const found = await alone.cache.lookup(key);
      if (found.kind === 'hit') this.#parts.watcher?.hit(alone.name);
      else this.#parts.watcher?.miss(alone.name);
      return found;
    }
    this.#assertOpen();
    assertKey(key);
    const epoch = this.#parts.stages.epoch;
    return this.#parts.shadow.observe(key, epoch, () => this.#parts.reads.lookup(key, epoch));
  }

  /**
   * A set whose lifetime was decided: each side gets what is left of it when its turn comes. On a side
   * that stands alone sets run as they come, except that nothing newer may overtake a fill.
   */
  async #set(
    key: string,
    value: V,
    { deadline, manner }: { readonly deadline: number; readonly manner: Manner },
  ): Promise<void> {
    const call = async (cache: Cache<V>): Promise<void> => {
      const ttl = deadline - this.#settings.clock.now();
      if (ttl > 0) await cache.set(key, value, { ttl });
      else await cache.delete(key);
    };
    return this.#timed('set', async () => {
      const alone = this.#parts.stages.alone;
      if (alone !== undefined) return this.#parts.writes.direct(alone, key, { manner, call });
      await this.#parts.writes.set(key, this.#parts.stages.epoch, call);
      this.#parts.counter.set();
    });
  }

  #ttl(options: SetOptions | undefined): number {
    const { defaultTtl, maxTtl } = this.#settings;
    return Math.min(options?.ttl === undefined ? defaultTtl : wholeTtl(options.ttl), maxTtl);
  }

  async #timed<T>(operation: Operation, call: () => Promise<T>): Promise<T> {
    const begun = this.#parts.stopwatch?.begin();
    const answer = await call();
    this.#parts.stopwatch?.end(operation, begun);
    return answer;
  }

  #listing(): Side<V> {
    return this.#parts.sides[this.#parts.stages.epoch.route.lists];
  }

  async #shutDown(): Promise<void> {
    const { clock, limits, legacy, next } = this.#settings;
    await this.#parts.stages.close();
    const outcomes = await Promise.all(
      [legacy, next].map((cache, index) =>
        callWithin(
          { clock, ms: limits.shutdown, name: `${index === 0 ? 'legacy' : 'next'} to shut down` },
          () => cache.shutdown(),
        ),
      ),
    );
    for (const outcome of outcomes) if (outcome.kind !== 'answered') throw outcome.error;
  }

  #assertOpen(): void {
    if (this.#shutdown !== undefined) {
      throw new CacheError('SHUT_DOWN', 'the migration manager was shut down');
    }
  }
}

async function statsOf<V>(side: Side<V>): Promise<CacheStats | undefined> {
  return side.cache.getStats().catch(() => undefined);
}
