import {
  CacheError,
  MISS,
  type Clock,
  type Lease,
  type LeasedLookup,
} from '@resync/cache-contract';
import { allOf } from '../all-of.js';
import type { CacheMetrics } from '../cache-metrics.js';
import type { Awaitable } from '../cache-storage.js';
import type { LocalLeases } from '../leases/local-leases.js';
import type { Failures } from './failures.js';
import { LEFT_OUT, type Flight, type Outcome } from './flight.js';
import { batchLoad, keyLoad } from './factory-calls.js';
import type { BatchFactory, Factory } from './load-context.js';
import { loadPolicy, type LoadOptions, type LoadPolicy } from './load-options.js';
import type { LoadedEntries } from './loaded-entries.js';
import { LookWait } from './look-wait.js';
import type { Load, Loads } from './loads.js';
import type { MissedKey, Reading } from './missed-key.js';

/** What read-through is made of. */
export interface ReadThroughParts<V> {
  readonly loads: Loads<V>;
  readonly loaded: LoadedEntries<V>;
  readonly failures: Failures;
  readonly leases: LocalLeases;
  readonly metrics: CacheMetrics;
  readonly defaults: LoadPolicy;
  /** The storage answers at once. */
  readonly isLocal: boolean;
  /** It keeps leases itself, which a miss has to bring along. */
  readonly grantsLeases: boolean;
  /** It also tells of what expires, at a fixed time: what a grace and an early refresh need. */
  readonly hasFixedEnds: boolean;
  readonly lookup: (key: string) => Awaitable<LeasedLookup<V>>;
  readonly clock: Clock;
  /** Lets others load what this process will not. */
  readonly giveBack: (miss: Pick<MissedKey, 'key' | 'fillLease'>) => void;
  /** Whether both leases of the storage end together. */
  readonly isOneRight: (one: Lease, other: Lease) => boolean;
}

/** How often a storage that takes time is asked again because the key was written meanwhile. */
const MAX_LOOKUPS = 3;

/** Reads that load what is not there. */
export class ReadThrough<V> {
  readonly #parts: ReadThroughParts<V>;

  constructor(parts: ReadThroughParts<V>) {
    this.#parts = parts;
    this.#refuseWithoutEnds(parts.defaults);
  }

  /** Whether a hit may lead to a load where the caller says nothing of it. */
  get refreshesEarly(): boolean {
    return this.#parts.defaults.eagerRefresh !== undefined;
  }

  async getOrSet(key: string, factory: Factory<V>, options?: LoadOptions): Promise<V> {
    let policy = this.#policy(options);
    const found = this.#look(key);
    let reading: Reading<V>;
    if (found instanceof Promise) {
      const wait = this.#lookWait(policy);
      reading = await wait.for(key, found, (late) => this.#giveBack(late));
      policy = wait.policyAfter();
    } else reading = found;
    this.#parts.metrics.answered(reading.kind);
    if (reading.kind === 'hit') {
      if (this.#isDue(key, policy)) {
        this.#refresh([key], policy, keyLoad(factory, key, reading.value));
      }
      return reading.value;
    }
    return this.#load(reading, policy, factory);
  }

  /** As `getOrSet` with no options, of a key that a storage in the process has not got at this moment. */
  loadMissing(key: string, factory: Factory<V>): Promise<V> {
    if (this.#parts.grantsLeases) return this.getOrSet(key, factory);
    this.#parts.metrics.miss();
    const { defaults, failures, loads } = this.#parts;
    const isUnknown = loads.joinable(key) === undefined && failures.current(key) === undefined;
    return isUnknown
      ? this.#begin({ key }, defaults, factory)
      : this.#load({ key }, defaults, factory);
  }

  async getOrSetMany(
    keys: readonly string[],
    factory: BatchFactory<V>,
    options?: LoadOptions,
  ): Promise<ReadonlyMap<string, V>> {
    let policy = this.#policy(options);
    const unique = [...new Set(keys)];
    const wait = this.#lookWait(policy);
    // Nothing may come in between where no lease was taken.
    const looks = allOf(
      unique.map((key) => {
        const found = this.#look(key);
        if (!(found instanceof Promise)) return found;
        return wait.for(key, found, (late) => this.#giveBack(late));
      }),
    );
    let readings: readonly Reading<V>[];
    if (looks instanceof Promise) {
      readings = await looks;
      policy = wait.policyAfter();
    } else readings = looks;
    const answers = new Map<string, V | undefined>();
    const missed: MissedKey[] = [];
    for (const reading of readings) {
      this.#parts.metrics.answered(reading.kind);
      // A place in the order of the keys, until there is an answer.
      answers.set(reading.key, reading.kind === 'hit' ? reading.value : undefined);
      if (reading.kind === 'miss') missed.push(reading);
    }
    const due = unique.filter((key) => answers.get(key) !== undefined && this.#isDue(key, policy));
    if (due.length > 0) this.#refresh(due, policy, batchLoad(factory, due));
    await this.#answerAll(missed, { policy, factory, answers });
    return new Map([...answers].filter(isAnswered));
  }

  async #answerAll(
    missed: readonly MissedKey[],
    call: {
      readonly policy: LoadPolicy;
      readonly factory: BatchFactory<V>;
      readonly answers: Map<string, V | undefined>;
    },
  ): Promise<void> {
    const { policy, factory, answers } = call;
    this.#parts.loads.checkOpen();
    const waits: Promise<Outcome<V>>[] = [];
    const unknown: MissedKey[] = [];
    const asked: string[] = [];
    for (const miss of missed) {
      const answer = this.#joined(miss, policy) ?? this.#remembered(miss, policy);
      if (answer === undefined) unknown.push(miss);
      else {
        asked.push(miss.key);
        waits.push(answer);
      }
    }
    const loading = unknown.map(({ key }) => key);
    for (const flight of this.#parts.loads.begin(unknown, policy, batchLoad(factory, loading))) {
      asked.push(flight.key);
      waits.push(this.#parts.loads.wait(flight, policy));
    }
    for (const [index, outcome] of (await Promise.all(waits)).entries()) {
      if (outcome !== LEFT_OUT) answers.set(asked[index] ?? '', outcome);
    }
  }

  async #load(missed: MissedKey, policy: LoadPolicy, factory: Factory<V>): Promise<V> {
    let miss = missed;
    for (;;) {
      this.#parts.loads.checkOpen();
      const outcome = await this.#answer(miss, policy, factory);
      if (outcome !== LEFT_OUT) return outcome;
      // It was joined to a batch whose factory left the key out.
      const looked = this.#look(miss.key);
      const reading = looked instanceof Promise ? await looked : looked;
      if (reading.kind === 'hit') return reading.value;
      miss = reading;
    }
  }

  #answer(miss: MissedKey, policy: LoadPolicy, factory: Factory<V>): Promise<Outcome<V>> {
    return (
      this.#joined(miss, policy) ??
      this.#remembered(miss, policy) ??
      this.#begin(miss, policy, factory)
    );
  }

  /** A load of this key alone leaves nothing out. */
  #begin(miss: MissedKey, policy: LoadPolicy, factory: Factory<V>): Promise<V> {
    const { loads, loaded } = this.#parts;
    const load = keyLoad(factory, miss.key, loaded.staleValue(miss.key, policy.grace));
    return loads.wait(loads.beginOne(miss, policy, load), policy) as Promise<V>;
  }

  /** The answer of the load that is under way. */
  #joined(miss: MissedKey, policy: LoadPolicy): Promise<Outcome<V>> | undefined {
    const { loads } = this.#parts;
    const flight: Flight<V> | undefined = loads.joinable(miss.key);
    if (flight === undefined || !this.#isAsNew(flight, miss)) return undefined;
    if (miss.lease !== undefined) this.#parts.leases.release(miss.key, miss.lease);
    loads.counts.joined += 1;
    return loads.wait(flight, policy);
  }

  /** The answer while nobody loads again after a failure: the value in its grace, or the failure. */
  #remembered(miss: MissedKey, policy: LoadPolicy): Promise<Outcome<V>> | undefined {
    const { failures, loads } = this.#parts;
    const failure = failures.current(miss.key);
    if (failure === undefined) return undefined;
    this.#giveBack(miss);
    const stale = loads.staleAnswer(miss.key, policy);
    if (stale !== undefined) return Promise.resolve(stale);
    loads.counts.rememberedFailures += 1;
    return Promise.reject(failure.error);
  }

  #lookWait(policy: LoadPolicy): LookWait {
    const { clock, loads } = this.#parts;
    return new LookWait(policy, { clock, onTimeout: () => (loads.counts.timeouts += 1) });
  }

  #isDue(key: string, { eagerRefresh }: LoadPolicy): boolean {
    if (eagerRefresh === undefined) return false;
    const { failures, loaded, loads } = this.#parts;
    return (
      loaded.isDue(key, eagerRefresh) &&
      loads.joinable(key) === undefined &&
      failures.current(key) === undefined
    );
  }

  /** Loads in the background, for as long as a caller would wait. */
  #refresh(keys: readonly string[], policy: LoadPolicy, load: Load<V>): void {
    const { loads } = this.#parts;
    loads.counts.refreshes += 1;
    const missed = keys.map((key) => ({ key }));
    const untold = { ...policy, softTimeout: undefined, signal: undefined, grace: 0 };
    for (const flight of loads.begin(missed, policy, load)) {
      loads.wait(flight, untold).catch(() => undefined);
    }
  }

  #policy(options: LoadOptions | undefined): LoadPolicy {
    const policy = loadPolicy(options, this.#parts.defaults);
    this.#refuseWithoutEnds(policy);
    policy.signal?.throwIfAborted();
    return policy;
  }

  #refuseWithoutEnds({ grace, eagerRefresh }: LoadPolicy): void {
    if (this.#parts.hasFixedEnds || (grace === 0 && eagerRefresh === undefined)) return;
    throw new CacheError(
      'INVALID_OPTION',
      'expected no grace and no eagerRefresh: they need a storage in the process that tells of removals, and absolute expiry',
    );
  }

  #look(key: string): Awaitable<Reading<V>> {
    if (!this.#parts.isLocal) return this.#lookAfar(key);
    const found = this.#parts.lookup(key);
    return found instanceof Promise
      ? found.then((awaited) => readingOf({ key }, awaited))
      : readingOf({ key }, found);
  }

  /**
   * Takes a lease before anything is asked, because a storage that takes time may answer with what was
   * there before a write; then it is asked again. One that fails is a miss.
   */
  async #lookAfar(key: string): Promise<Reading<V>> {
    const { leases, loads, lookup } = this.#parts;
    for (let looks = 1; ; looks += 1) {
      const lease = leases.grant(key);
      let found: LeasedLookup<V> = MISS;
      try {
        found = await lookup(key);
      } catch {
        loads.counts.unread += 1;
      }
      const reading = readingOf({ key, lease }, found);
      if (reading.kind === 'miss' && !leases.holds(key, lease) && looks < MAX_LOOKUPS) continue;
      if (reading.kind === 'hit') leases.release(key, lease);
      return reading;
    }
  }

  /** A flight whose lease another process's write has ended may bring what is older than this miss. */
  #isAsNew({ fillLease }: Flight<V>, miss: MissedKey): boolean {
    if (fillLease === undefined || miss.fillLease === undefined) return true;
    return this.#parts.isOneRight(fillLease, miss.fillLease);
  }

  #giveBack(miss: MissedKey): void {
    const { key, lease } = miss;
    if (lease !== undefined) this.#parts.leases.release(key, lease);
    this.#parts.giveBack(miss);
  }
}

function readingOf<V>(asked: MissedKey, found: LeasedLookup<V>): Reading<V> {
  if (found.kind === 'hit') return { kind: 'hit', key: asked.key, value: found.value };
  return { kind: 'miss', ...asked, fillLease: found.lease };
}

function isAnswered<V>(answer: readonly [string, V | undefined]): answer is [string, V] {
  return answer[1] !== undefined;
}
