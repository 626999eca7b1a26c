import {
  assertKey,
  assertValue,
  MISS,
  wholeTtl,
  type Cache,
  type CacheCapabilities,
  type FillOptions,
  type LeasedLookup,
  type LeasingCache,
  type Lookup,
  type SetOptions,
} from '@resync/cache-contract';
import { capabilitiesOf } from './capabilities.js';
import { closeMigration } from './close-migration.js';
import { composeMigration, type MigrationParts } from './compose-migration.js';
import {
  resolveOptions,
  type CacheMigrationOptions,
  type MigrationSettings,
} from './migration-options.js';
import { shutDownError } from './migration-error.js';
import { guardObservers, type Operation } from './observation/migration-observer.js';
import type { MigrationStats } from './observation/migration-stats.js';
import { untimed, type Stopwatch, type Timing } from './observation/stopwatch.js';
import type { Loader } from './operations/loads.js';
import { deadlineOf, type Lifetime } from './operations/lifetime.js';
import type { QuickReads } from './operations/quick-reads.js';
import type { Sets } from './operations/sets.js';
import type { Mismatch } from './observation/mismatch.js';
import type { WarmUp, WarmUpOptions } from './operations/warm-up.js';
import { certify, type RollbackCertificate } from './rollback-certificate.js';
import type { ShadowComparison } from './operations/shadow-comparison.js';
import type { Side } from './sides/side.js';
import type { StageMachine } from './stage-machine.js';
import {
  stepTo,
  type MigrationState,
  type MigrationTarget,
  type SideName,
} from './stages/stage.js';

/** What is done with a read beside answering it. */
interface Attention {
  readonly isTimed: boolean;
  readonly isCompared: boolean;
}

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
 * Calls reject with the errors of the side that decides, or with a `MigrationError`: `WRITE_FAILED`,
 * `TIMEOUT`, `SHED`, `FENCED`.
 *
 * What it promises is in the README; how it keeps it, file by file, in ARCHITECTURE.md.
 */
export class CacheMigrationManager<V = unknown> implements LeasingCache<V> {
  readonly component: string;
  readonly #settings: MigrationSettings<V>;
  readonly #parts: MigrationParts<V>;
  readonly #quickReads: QuickReads<V>;
  readonly #sets: Sets<V>;
  readonly #stages: StageMachine<V>;
  readonly #shadow: ShadowComparison<V>;
  readonly #defaultLifetime: Lifetime;
  readonly #stopwatch: Stopwatch | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(options: CacheMigrationOptions<V>) {
    this.#settings = resolveOptions(options);
    this.#parts = composeMigration(this.#settings);
    this.component = this.#settings.component;
    this.#quickReads = this.#parts.quickReads;
    this.#sets = this.#parts.sets;
    this.#stages = this.#parts.stages;
    this.#shadow = this.#parts.shadow;
    this.#defaultLifetime = this.#lifetime({});
    this.#stopwatch = this.#parts.stopwatch;
    const { stages, counter } = this.#parts;
    guardObservers(this.#settings.observer ?? {}).started({
      component: this.component,
      get state() {
        return stages.state;
      },
      counts: () => counter.counts(),
    });
  }

  get capabilities(): CacheCapabilities {
    return capabilitiesOf(this.#settings, this.#parts.listing.side.cache);
  }

  /** Where the migration stands. */
  get state(): MigrationState {
    return this.#parts.stages.state;
  }

  /** What is open on each side. */
  get status(): Readonly<Record<SideName, SideStatus>> {
    this.#parts.nursery.meetAll();
    const statusOf = (side: Side<V>): SideStatus => ({
      isCold: side.isCold,
      dirtyKeys: side.ledger.dirtyCount,
      unsettled: side.unsettledCount,
    });
    return { legacy: statusOf(this.#parts.sides.legacy), next: statusOf(this.#parts.sides.next) };
  }

  /** The last differences that `shadow` has found, redacted, the newest last. */
  get mismatches(): readonly Mismatch[] {
    return this.#parts.shadow.mismatches;
  }

  /**
   * Goes one step. It takes effect for new operations at once; resolves when what began before has
   * settled.
   *
   * @throws MigrationError `ILLEGAL_STEP` (the message names the legal ones), `NOT_TRUSTED`,
   *   `SHARED_SIDE`, `SUPERSEDED` by a rollback, or `FLEET_DECIDES`
   */
  async transition(target: MigrationTarget, why = 'requested'): Promise<void> {
    this.#assertOpen();
    this.#parts.follower?.refuseStep();
    return this.#parts.stages.transition(stepTo(target), why);
  }

  /**
   * Goes back. From `live` and `rampdown` to `live 0`, at once: every read that begins afterwards is
   * answered by legacy, which is as fresh as next. From `shadow` and `dualwrite`, which read legacy
   * too, to `off`, once the writes of legacy have ended that began before. From `complete` only with
   * `cold: true`, to `live 100` with an emptied legacy; one that does not let itself be emptied within
   * `limits.drain` is left cold there, and is emptied later.
   *
   * @throws MigrationError `ILLEGAL_STEP` from `complete` without `cold`, `FLEET_DECIDES`; on the way to
   *   `off`, or back from `complete`, also `NOT_TRUSTED` and `SUPERSEDED`
   */
  async rollback(why: string, options: { readonly cold?: true } = {}): Promise<void> {
    this.#assertOpen();
    this.#parts.follower?.refuseStep();
    return this.#parts.stages.rollback(why, options.cold === true ? 'cold' : 'warm');
  }

  /** Says whether a rollback would find a legacy that is as fresh as next, and what stands in the way. */
  rollbackCertificate(): RollbackCertificate {
    this.#parts.nursery.meetAll();
    const { stages, sides, legacyTrusted } = this.#parts;
    const { stage, percentage, number: epoch } = stages.epoch;
    const issue = { stage, percentage, epoch, at: this.#settings.clock.now() };
    return certify(sides.legacy, issue, legacyTrusted.moment);
  }

  /**
   * Copies legacy into next in the background, in `dualwrite`, `shadow` and `live`: what next lacks,
   * with the lifetime that is left, and never over anything newer. Looking at an entry of a legacy
   * that slides prolongs it, as a read does.
   *
   * @throws MigrationError `WARM_UP_REFUSED` where it is not possible, the message says why;
   *   `INVALID_OPTION`
   */
  warmUp(options: WarmUpOptions = {}): WarmUp {
    this.#assertOpen();
    return this.#parts.warmUps.start(this.#parts.stages.epoch, options);
  }

  get(key: string): Promise<V | undefined> {
    const stopwatch = this.#stopwatch;
    if (stopwatch?.isDue() === true) return this.#getTimed(key, stopwatch);
    const { unwatched } = this.#quickReads;
    if (unwatched !== undefined) return unwatched.get(key);
    if (this.#shadow.isDrawn(this.#stages.epoch)) return this.#getCompared(key);
    const { passing } = this.#quickReads;
    return passing === undefined ? this.#get(key) : passing.get(key);
  }

  async lookup(key: string): Promise<Lookup<V>> {
    const { stages, shadow } = this.#parts;
    return this.#lookup(key, {
      isTimed: this.#stopwatch?.isDue() === true,
      isCompared: shadow.isDrawn(stages.epoch),
    });
  }

  async has(key: string): Promise<boolean> {
    this.#assertOpen();
    assertKey(key);
    if (this.#parts.follower?.isFenced) return false;
    return this.#timed('has', (timing) => {
      const { reads, stages } = this.#parts;
      const cache = timing === untimed ? this.#quickReads.passing : undefined;
      return cache?.has(key) ?? reads.has(key, stages.epoch, timing);
    });
  }

  set(key: string, value: V, options?: SetOptions): Promise<void> {
    try {
      const lifetime = options === undefined ? this.#defaultLifetime : this.#lifetime(options);
      return this.#sets.set({ key, value, lifetime });
    } catch (error) {
      return rejected(error);
    }
  }

  async delete(key: string): Promise<boolean> {
    this.#assertOpen();
    assertKey(key);
    return this.#timed('delete', async (timing) => {
      const { stages, writes, sharedWrites, counter } = this.#parts;
      const { alone } = stages;
      const call = (cache: Cache<V>): Promise<boolean> =>
        timing(this.#nameOf(cache), () => cache.delete(key));
      const wasThere = await (sharedWrites?.delete(key, stages.epoch) ??
        (alone === undefined
          ? writes.delete(key, stages.epoch, call)
          : writes.direct(alone, key, { manner: 'concurrent', call })));
      if (wasThere) counter.deleted();
      return wasThere;
    });
  }

  async clear(): Promise<void> {
    this.#assertOpen();
    return this.#timed('clear', () => {
      const { stages, writes, sharedWrites } = this.#parts;
      if (stages.alone === undefined || sharedWrites)
        return (sharedWrites ?? writes).clear(stages.epoch);
      return writes.clearDirect(stages.alone);
    });
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    this.#assertOpen();
    assertKey(key);
    const { sharedLeases } = this.#parts;
    if (sharedLeases !== undefined) return sharedLeases.lookupOrLease(key);
    const { number } = this.#parts.stages.epoch;
    const found = await this.lookup(key);
    if (found.kind === 'hit') return found;
    const lease = this.#parts.leases.grant(key, number);
    return lease === undefined ? found : { kind: 'miss', lease };
  }

  async fill(key: string, value: V, { lease, expiresAt }: FillOptions): Promise<boolean> {
    this.#assertOpen();
    assertKey(key);
    assertValue(value);
    const { leases, sharedLeases } = this.#parts;
    const { clock, maxTtl } = this.#settings;
    const lifetime =
      expiresAt === undefined
        ? this.#defaultLifetime
        : { ttl: Math.min(Math.max(0, expiresAt - clock.now()), maxTtl) };
    if (sharedLeases !== undefined) {
      return sharedLeases.fill(key, value, { lease, expiresAt: deadlineOf(lifetime, clock) });
    }
    if (!leases.redeem(key, lease)) return false;
    await this.#sets.setInOrder({ key, value, lifetime });
    return true;
  }

  /**
   * The value, loaded on a miss. Reads that miss together share one load, until it is stored; what
   * was loaded is stored only if no write of the key came in between.
   *
   * @throws what the loader threw
   */
  async getOrSet(key: string, loader: Loader<V>, options?: SetOptions): Promise<V> {
    const lifetime = this.#lifetime(options);
    const { number: epoch } = this.#parts.stages.epoch;
    const { sharedLeases } = this.#parts;
    if (sharedLeases !== undefined) return sharedLeases.getOrSet({ key, loader, lifetime });
    const found = await this.get(key);
    if (found !== undefined) return found;
    return this.#parts.loads.run({ key, epoch, loader, lifetime });
  }

  async size(): Promise<number> {
    this.#assertOpen();
    return this.#parts.follower?.isFenced ? 0 : this.#parts.listing.size();
  }

  async getKeys(): Promise<string[]> {
    this.#assertOpen();
    return this.#parts.follower?.isFenced ? [] : this.#parts.listing.keys();
  }

  async getStats(): Promise<MigrationStats> {
    this.#assertOpen();
    return this.#parts.listing.stats();
  }

  /** Refuses new calls, waits for what is under way, and shuts both caches down; rejects with the first error. */
  async shutdown(): Promise<void> {
    this.#shutdown ??= closeMigration(this.#parts, this.#settings);
    return this.#shutdown;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #get(key: string): Promise<V | undefined> {
    return this.#isOdd(key)
      ? this.#lookup(key, UNATTENDED).then(valueOf)
      : this.#quickReads.get(key);
  }

  async #getCompared(key: string): Promise<V | undefined> {
    if (this.#isOdd(key)) return valueOf(await this.#lookup(key, COMPARED));
    const { passing } = this.#quickReads;
    const { epoch } = this.#stages;
    const read = (): Promise<Lookup<V>> =>
      passing?.lookup(key) ?? this.#parts.reads.lookup(key, epoch);
    return valueOf(await this.#shadow.observe(key, epoch, read));
  }

  #isOdd(key: string): boolean {
    return (
      this.#shutdown !== undefined ||
      typeof key !== 'string' ||
      this.#parts.sharedWrites !== undefined
    );
  }

  // What is rare is async, which keeps it from being compiled into what is frequent.
  async #getTimed(key: string, stopwatch: Stopwatch): Promise<V | undefined> {
    const cache = this.#quickReads.unwatched;
    if (cache !== undefined) {
      return stopwatch.timeAlone('get', this.#nameOf(cache), () => cache.get(key));
    }
    const isCompared = this.#shadow.isDrawn(this.#stages.epoch);
    if (stopwatch.isThorough()) {
      return valueOf(await this.#lookup(key, { isTimed: true, isCompared }));
    }
    return stopwatch.timeAround('get', () =>
      isCompared ? this.#getCompared(key) : this.#get(key),
    );
  }

  async #lookup(key: string, { isTimed, isCompared }: Attention): Promise<Lookup<V>> {
    this.#assertOpen();
    assertKey(key);
    const { stages, shadow, reads, sharedFills, counter } = this.#parts;
    const { epoch } = stages;
    if (this.#parts.follower?.isFenced) {
      counter.miss('none');
      return MISS;
    }
    if (!isTimed && !isCompared) {
      return this.#quickReads.passing?.lookup(key) ?? reads.lookup(key, epoch);
    }
    const read = (timing: Timing): Promise<Lookup<V>> => reads.lookup(key, epoch, { timing });
    const timedRead = (): Promise<Lookup<V>> =>
      isTimed && this.#stopwatch !== undefined ? this.#stopwatch.time('get', read) : read(untimed);
    if (!isCompared) return timedRead();
    const found = await shadow.observe(key, epoch, timedRead);
    if (found.kind === 'hit') sharedFills?.sample(key, epoch);
    return found;
  }

  #nameOf(cache: Cache<V>): SideName {
    return cache === this.#settings.legacy ? 'legacy' : 'next';
  }

  #lifetime(options: SetOptions | undefined): Lifetime {
    const { defaultTtl, maxTtl } = this.#settings;
    const ttl = options?.ttl === undefined ? defaultTtl : wholeTtl(options.ttl);
    return { ttl: Math.min(ttl, maxTtl) };
  }

  #timed<T>(operation: Operation, carryOut: (timing: Timing) => Promise<T>): Promise<T> {
    if (this.#stopwatch?.isDue() !== true) return carryOut(untimed);
    return this.#stopwatch.time(operation, carryOut);
  }

  #assertOpen(): void {
    if (this.#shutdown !== undefined) throw shutDownError();
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

function valueOf<V>(found: Lookup<V>): V | undefined {
  return found.kind === 'hit' ? found.value : undefined;
}

const UNATTENDED: Attention = { isTimed: false, isCompared: false };
const COMPARED: Attention = { isTimed: false, isCompared: true };
