import { MISS, type Cache, type Lookup } from '@resync/cache-contract';
import type { MigrationLimits } from '../migration-options.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import type { Nursery } from '../sides/nursery.js';
import type { Young } from '../sides/young.js';
import type { Side } from '../sides/side.js';
import type { Sides } from '../sides/sides.js';
import { soleOwnerOf, type Epoch } from '../stages/epoch.js';
import { isBelow } from '../stages/bucket.js';
import type { ReadPath } from './read-path.js';

/** What quick reads need. */
export interface QuickReadsSettings<V> {
  readonly limits: MigrationLimits;
  readonly nursery: Nursery;
  readonly counter: MigrationCounter;
  /** Where everything else is done. */
  readonly inFull: ReadPath<V>;
  /** Somebody asks for the counts. */
  readonly isObserved: boolean;
  /** Other processes write to a side as well: nothing may go straight through. */
  readonly isShared: boolean;
}

/**
 * Reads that need one call and nothing else: straight through where the answer of one side is that of
 * the caller, else with the answer looked at. Everything that is not as it mostly is, is left to the
 * read path. What can be decided for all keys is decided when something changes, not at each read.
 */
export class QuickReads<V> {
  readonly #sides: Sides<V>;
  readonly #settings: QuickReadsSettings<V>;
  #epoch: Epoch;
  #passing: Cache<V> | undefined;
  #unwatched: Cache<V> | undefined;
  #isClosed = false;
  /** The sides that answer for any key of theirs. */
  #legacy: Side<V> | undefined;
  #next: Side<V> | undefined;
  /** The one that all keys belong to. */
  #sole: Side<V> | undefined;

  constructor(sides: Sides<V>, epoch: Epoch, settings: QuickReadsSettings<V>) {
    this.#sides = sides;
    this.#epoch = epoch;
    this.#settings = settings;
    for (const side of Object.values(sides)) side.changes.on(() => this.#decide());
    this.#decide();
  }

  /** The cache that a read of any key goes straight through to. */
  get passing(): Cache<V> | undefined {
    return this.#passing;
  }

  /** As `passing`, where none of the reads is compared. */
  get unwatched(): Cache<V> | undefined {
    return this.#unwatched;
  }

  /** Reads go straight through no longer. */
  close(): void {
    this.#isClosed = true;
    this.#decide();
  }

  /** A new epoch begins. */
  beginEpoch(epoch: Epoch): void {
    this.#epoch = epoch;
    this.#decide();
  }

  /** As `Cache.get`. */
  get(key: string): Promise<V | undefined> {
    if (this.#passing !== undefined) return this.#passing.get(key);
    const epoch = this.#epoch;
    const side = this.#sole ?? this.#ownerOf(key, epoch);
    if (side === undefined) return this.#settings.inFull.lookup(key, epoch).then(valueOf);
    return this.#settings.limits[side.name] === Infinity
      ? this.#ask(side, key, epoch)
      : this.#askYoung(side, key, epoch);
  }

  #decide(): void {
    const { route, stage } = this.#epoch;
    const { legacy, next } = this.#sides;
    const passed = route.passes && this.#sides[route.passes];
    const isPassing =
      passed?.isClean &&
      this.#isCounted(passed, route) &&
      !this.#isClosed &&
      !this.#settings.isShared;
    this.#passing = isPassing ? passed.cache : undefined;
    this.#unwatched = stage === 'shadow' ? undefined : this.#passing;
    const mayAnswer = (side: Side<V>): boolean =>
      route.passes === undefined && side.isClean && side.isCalled;
    this.#legacy = mayAnswer(legacy) ? legacy : undefined;
    this.#next = mayAnswer(next) ? next : undefined;
    const sole = soleOwnerOf(this.#epoch);
    this.#sole = sole && (sole === 'legacy' ? this.#legacy : this.#next);
  }

  #ownerOf(key: string, { route, percentage }: Epoch): Side<V> | undefined {
    if (route.reads !== 'split') return undefined;
    return isBelow(key, percentage) ? this.#next : this.#legacy;
  }

  /** Whether what goes straight through is counted nevertheless, or need not be. */
  #isCounted(side: Side<V>, { writes }: Epoch['route']): boolean {
    const { counter, isObserved } = this.#settings;
    if (counter.tellsEach) return false;
    return side.isCounting || (writes !== 'both' && !isObserved);
  }

  /** A side that has no limit. */
  #ask(side: Side<V>, key: string, epoch: Epoch): Promise<V | undefined> {
    const made = getFrom(side.cache, key);
    return made.then(
      (value) => {
        if (value === undefined) return this.#goOn(side, key, { epoch, made });
        this.#settings.counter.hit(side.name);
        side.answered();
        return value;
      },
      () => this.#goOn(side, key, { epoch, made }),
    );
  }

  #askYoung(side: Side<V>, key: string, epoch: Epoch): Promise<V | undefined> {
    const { nursery, counter } = this.#settings;
    const made = getFrom(side.cache, key);
    return new Promise((resolve) => {
      let isOver = false;
      const handOver = (): void => {
        if (isOver) return;
        isOver = true;
        nursery.removeRead(young);
        resolve(this.#goOn(side, key, { epoch, made }));
      };
      const young: Young = { index: 0, handOver };
      nursery.addRead(young);
      made.then((value) => {
        if (value === undefined || isOver) {
          handOver();
          return;
        }
        isOver = true;
        nursery.removeRead(young);
        counter.hit(side.name);
        side.answered();
        resolve(value);
      }, handOver);
    });
  }

  /** The side has nothing, has failed, or takes its time. */
  #goOn(side: Side<V>, key: string, { epoch, made }: MadeCall<V>): Promise<V | undefined> {
    const { limits, nursery, inFull } = this.#settings;
    const limitMs = limits[side.name] - nursery.momentMs;
    const first = side.await(limitMs, made.then(asLookup));
    return inFull.lookup(key, epoch, { first }).then(valueOf);
  }
}

/** A call of a side that was made. */
interface MadeCall<V> {
  readonly epoch: Epoch;
  readonly made: Promise<V | undefined>;
}

/** A call that throws has failed like one that rejects. */
function getFrom<V>(cache: Cache<V>, key: string): Promise<V | undefined> {
  try {
    return cache.get(key);
  } catch (error) {
    return rejected(error);
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

function asLookup<V>(value: V | undefined): Lookup<V> {
  return value === undefined ? MISS : { kind: 'hit', value };
}

function valueOf<V>(found: Lookup<V>): V | undefined {
  return found.kind === 'hit' ? found.value : undefined;
}
