import assert from 'node:assert/strict';
import { CacheError } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache, MemoryStorage, type LoadOptions } from '../../src/index.js';
import { settled } from '../fixtures/controlled-factory.js';

export const KEYS = ['a', 'b'] as const;
export type Key = (typeof KEYS)[number];

/** A step of a schedule. */
export type Step =
  | { readonly kind: 'getOrSet'; readonly key: Key; readonly options: LoadOptions }
  | { readonly kind: 'getOrSetMany'; readonly options: LoadOptions }
  | { readonly kind: 'give' | 'fail'; readonly pick: number }
  | { readonly kind: 'set' | 'delete' | 'evict'; readonly key: Key }
  | { readonly kind: 'clear' | 'deleteByTag' }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'settle' };

/** A value or an error, which knows how many writes of its key came before it was begun. */
interface Stamp {
  readonly key: Key;
  readonly writes: number;
  /** Set values are there when they are set, loaded ones when their load ends. */
  bornAt: number;
}

interface PendingLoad {
  readonly keys: readonly Key[];
  readonly writes: Readonly<Record<Key, number>>;
  readonly aborted: () => boolean;
  readonly end: (how: 'give' | 'fail') => void;
  /** A load that everybody had given up was stored since: this one is overtaken, without any write. */
  isOvertaken: boolean;
}

const TTL = 100;
const GRACE = 50;
const BOUND = 100;
const TAG = 'tag';

/**
 * A cache whose loads and time somebody else moves, and what every answer must fulfil: it was begun
 * after the last write that came before the question, it is not older than its lifetime and grace
 * allow, and no value is in the cache that a write came after.
 */
export class LoadWorld {
  readonly #clock = new ManualClock(1_000_000);
  readonly #storage = new MemoryStorage<object>({ clock: this.#clock, maxEntries: BOUND });
  readonly #cache = new ImprovedAsyncCache<object>({
    clock: this.#clock,
    random: () => 1,
    storage: this.#storage,
    defaultTtl: TTL,
    loading: { negativeTtl: 10, maxNegativeTtl: 40 },
  });
  readonly #writes: Record<Key, number> = { a: 0, b: 0 };
  readonly #stamps = new Map<unknown, Stamp>();
  readonly #pending: PendingLoad[] = [];
  readonly #questions: Promise<void>[] = [];
  #answered = 0;
  #evictions = 0;

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'getOrSet':
        this.#ask(step.key, step.options);
        break;
      case 'getOrSetMany':
        this.#askMany(step.options);
        break;
      case 'give':
      case 'fail':
        // One that was given up is stored before another begins, which would be overtaken by it.
        if (this.#end(step)) await settled();
        break;
      case 'set':
      case 'delete':
      case 'evict':
        this.#write(step.kind, step.key);
        break;
      case 'clear':
      case 'deleteByTag':
        for (const key of KEYS) this.#writes[key] += 1;
        if (step.kind === 'clear') void this.#cache.clear();
        else void this.#cache.deleteByTag(TAG);
        break;
      case 'advance':
        // A load that has ended is stored before time goes on.
        await settled();
        this.#clock.advance(step.ms);
        break;
      case 'settle':
        await settled();
        break;
    }
    this.#checkEntries();
  }

  /** Ends every load; then everybody was answered. */
  async end(): Promise<void> {
    for (let load = this.#pending.length; load > 0; load = this.#pending.length) {
      this.#end({ kind: 'give', pick: 0 });
      await settled();
    }
    await settled();
    assert.equal(this.#answered, this.#questions.length, 'somebody still waits');
    await Promise.all(this.#questions);
    this.#checkEntries();
    await this.#cache.shutdown();
    assert.equal(this.#clock.pendingTimers, 0, 'a timer is left');
  }

  #ask(key: Key, options: LoadOptions): void {
    const factory = ({ signal }: { signal: AbortSignal }): Promise<object> =>
      this.#load([key], () => signal.aborted).then(([value = {}]) => value);
    const answer = this.#cache.getOrSet(key, factory, { ...options, tags: [TAG] });
    this.#await(
      [key],
      options,
      answer.then((value) => new Map([[key, value]])),
    );
  }

  #askMany(options: LoadOptions): void {
    const factory = (
      keys: readonly string[],
      { signal }: { signal: AbortSignal },
    ): Promise<readonly (readonly [string, object])[]> =>
      this.#load(keys as readonly Key[], () => signal.aborted).then((values) =>
        values.map((value, index) => [keys[index] ?? '', value] as const),
      );
    const answer = this.#cache.getOrSetMany(KEYS, factory, { ...options, tags: [TAG] });
    this.#await(KEYS, options, answer as Promise<ReadonlyMap<Key, object>>);
  }

  #load(keys: readonly Key[], aborted: () => boolean): Promise<readonly object[]> {
    const writes = { ...this.#writes };
    for (const load of this.#pending) {
      if (load.aborted() || load.isOvertaken) continue;
      const twice = load.keys.find((key) => keys.includes(key) && load.writes[key] === writes[key]);
      // A batch may be overtaken for one of its keys and not for another.
      assert.equal(twice, undefined, `two loads at once of ${twice ?? ''}`);
    }
    return new Promise((resolve, reject) => {
      const made = keys.map((key) => {
        const value = { key, load: this.#stamps.size };
        this.#stamps.set(value, { key, writes: writes[key], bornAt: Infinity });
        return value;
      });
      const error = Object.assign(new Error('load failed'), { keys, writes });
      const end = (how: 'give' | 'fail'): void => {
        for (const value of made) {
          const stamp = this.#stamps.get(value);
          if (stamp !== undefined) stamp.bornAt = this.#clock.now();
        }
        if (how === 'give') resolve(made);
        else reject(error);
      };
      this.#pending.push({ keys, writes, aborted, end, isOvertaken: false });
    });
  }

  #end({ kind, pick }: { readonly kind: 'give' | 'fail'; readonly pick: number }): boolean {
    const [load] = this.#pending.splice(pick % Math.max(1, this.#pending.length), 1);
    const isAbandoned = load?.aborted() === true;
    if (isAbandoned) for (const other of this.#pending) other.isOvertaken = true;
    load?.end(kind);
    return isAbandoned;
  }

  #write(kind: 'set' | 'delete' | 'evict', key: Key): void {
    if (kind === 'evict') {
      // Room for other entries than those that are there.
      for (let index = 0; index < BOUND; index += 1) {
        const lifetime = { ttl: 1, expiresAt: this.#clock.now() + 1 };
        this.#storage.set(`filler ${this.#evictions++}`, {}, lifetime);
      }
      return;
    }
    this.#writes[key] += 1;
    if (kind === 'delete') void this.#cache.delete(key);
    else {
      const value = { key, set: this.#stamps.size };
      const bornAt = this.#clock.now();
      this.#stamps.set(value, { key, writes: this.#writes[key], bornAt });
      void this.#cache.set(key, value, { tags: [TAG] });
    }
  }

  #await(
    keys: readonly Key[],
    options: LoadOptions,
    answer: Promise<ReadonlyMap<Key, object>>,
  ): void {
    const writes = { ...this.#writes };
    const askedAt = this.#clock.now();
    const allowed = TTL + Math.min(options.grace ?? 0, GRACE);
    const check = answer.then(
      (values) => {
        assert.deepEqual([...values.keys()], [...keys], 'keys of the answer');
        for (const [key, value] of values) {
          const stamp = this.#stamps.get(value);
          assert.ok(stamp?.key === key, 'a value of its key');
          assert.ok(stamp.writes >= writes[key], 'a value from before a write that came before');
          assert.ok(
            stamp.bornAt + allowed > askedAt,
            'a value that was over when it was asked for',
          );
        }
      },
      (error: unknown) => {
        if (error instanceof CacheError) {
          assert.equal(error.code, 'LOAD_TIMEOUT');
          return;
        }
        if (error instanceof assert.AssertionError) throw error;
        const failed = error as { keys: readonly Key[]; writes: Readonly<Record<Key, number>> };
        const shared = keys.filter((key) => failed.keys.includes(key));
        const isFresh = shared.some((key) => failed.writes[key] >= writes[key]);
        assert.ok(isFresh, 'a failure from before a write that came before');
      },
    );
    this.#questions.push(check.finally(() => (this.#answered += 1)));
    // Looked at in the end.
    check.catch(() => undefined);
    this.#questions.at(-1)?.catch(() => undefined);
  }

  #checkEntries(): void {
    for (const { key, value } of this.#storage.entries()) {
      const stamp = this.#stamps.get(value);
      if (stamp === undefined) continue;
      assert.equal(stamp.key, key);
      assert.equal(stamp.writes, this.#writes[stamp.key], `${key} holds what was overtaken`);
    }
  }
}
