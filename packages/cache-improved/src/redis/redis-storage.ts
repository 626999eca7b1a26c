import {
  CacheError,
  describeValue,
  systemClock,
  type CacheEntry,
  type Clock,
  type Lease,
  type LeasedLookup,
  type Lookup,
} from '@resync/cache-contract';
import type { StorageEntry, StorageTraits } from '../cache-storage.js';
import { interval, wholeBound } from '../cache-options.js';
import type { Lifetime } from '../lifetime.js';
import type { ClaimedLookup, ClaimingStorage } from '../tiers/claiming-storage.js';
import type { BinaryCodec } from './binary-codec.js';
import { CommandGate } from './command-gate.js';
import { EntryCodec, type StoredEntry } from './entry-codec.js';
import { KeyNames } from './key-names.js';
import { KeyScan } from './key-scan.js';
import { KnownGeneration } from './known-generation.js';
import { ReadBatch } from './read-batch.js';
import { assertNoOfflineQueue, type RedisArgument, type RedisClient } from './redis-client.js';
import { ScriptRunner } from './script-runner.js';
import { ServerTime } from './server-time.js';
import { systemTokens, TOKEN_LENGTH } from './system-tokens.js';
import { jsonCodec, type ValueCodec } from '../value-codec.js';
import { ValueEncryption, type EncryptionOptions } from './value-encryption.js';

/** Options of {@link RedisStorage}. */
export interface RedisStorageOptions<V> {
  /**
   * A connected client of the `redis` package, one connection. It stays the caller's, who also closes
   * it. Make it with `redisClientOptions()`, or at least with `disableOfflineQueue: true`.
   */
  readonly client: RedisClient;
  /** Names the entries of one cache on the server: letters, digits, `.`, `_` and `-`. */
  readonly namespace: string;
  /** Default: JSON of plain data. */
  readonly codec?: ValueCodec<V> | BinaryCodec<V>;
  /** Encrypts the values. Default: they are readable for everybody who can read the server. */
  readonly encryption?: EncryptionOptions;
  /** Milliseconds after which a call fails. Default 1000. */
  readonly timeout?: number;
  /**
   * `exact`: once a clear is acknowledged, no process reads what was there before. `bounded`: another
   * process may, for so many milliseconds, and asks that much less often. Default `exact`.
   */
  readonly clear?: 'exact' | { readonly bounded: number };
  /** Milliseconds after which a lease is lost that nobody used. Default 30 000. */
  readonly leaseTime?: number;
  /** At most so many commands without an answer; what goes beyond fails at once. Default 10 000. */
  readonly maxPending?: number;
  /** At most so many bytes of values in these. Default 64 MiB. */
  readonly maxPendingBytes?: number;
  /** Told of each entry that is there and cannot be read: it is a miss. What it throws is dropped. Default: nobody is told. */
  readonly onUnreadable?: (key: string, cause: unknown) => void;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** Entries in one run of the script. */
const MOST_ENTRIES = 100;

/**
 * Entries on a Redis (5 or newer) or Valkey server, which expires them by itself. Writes, leases and
 * fills are scripts, so that each happens in one step; reads of one turn of the event loop are one
 * command. Keys that do not begin with `{namespace}` are never touched. On Redis Cluster it does not
 * work: SCAN asks one node.
 *
 * A call that fails is a {@link RedisError} within the timeout, and is finished: each write carries the
 * moment at which its caller gives up, by the server's own clock, and does nothing after it. What is
 * left: a server whose clock is set back while it cannot be reached.
 */
export class RedisStorage<V = unknown> implements ClaimingStorage<V> {
  readonly traits: StorageTraits = { shared: true, local: false, expiry: 'absolute' };
  readonly #gate: CommandGate;
  readonly #time: ServerTime;
  readonly #names: KeyNames;
  readonly #codec: EntryCodec<V>;
  readonly #generation: KnownGeneration;
  readonly #reads: ReadBatch<V>;
  readonly #script: ScriptRunner;
  readonly #scan: KeyScan;
  readonly #nextToken = systemTokens();
  readonly #leaseTime: string;

  /** @throws CacheError `INVALID_OPTION` */
  constructor(options: RedisStorageOptions<V>) {
    const { client, namespace, clock = systemClock, onUnreadable = () => undefined } = options;
    assertNoOfflineQueue(client);
    const names = new KeyNames(namespace);
    const gate = new CommandGate(client, {
      clock,
      timeout: interval('timeout', options.timeout ?? 1000),
      maxPending: wholeBound('maxPending', options.maxPending ?? 10_000),
      maxPendingBytes: wholeBound('maxPendingBytes', options.maxPendingBytes ?? 2 ** 26),
    });
    const { encryption, codec = jsonCodec as ValueCodec<V> } = options;
    this.#names = names;
    this.#gate = gate;
    this.#leaseTime = `${Math.ceil(interval('leaseTime', options.leaseTime ?? 30_000))}`;
    this.#time = new ServerTime(gate, clock);
    this.#codec = new EntryCodec(codec, encryption && new ValueEncryption(namespace, encryption));
    this.#generation = new KnownGeneration(boundOfClear(options.clear));
    this.#script = new ScriptRunner(gate, this.#time, { names, nextToken: this.#nextToken });
    this.#scan = new KeyScan({ gate, names, script: this.#script });
    this.#reads = new ReadBatch({
      gate,
      clock,
      names,
      time: this.#time,
      codec: this.#codec,
      generation: this.#generation,
      onUnreadable,
    });
  }

  async get(key: string): Promise<NoInfer<V> | undefined> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  lookup(key: string): Promise<Lookup<V>> {
    return this.#reads.read(key);
  }

  async lookupMany(keys: readonly string[]): Promise<readonly Lookup<V>[]> {
    return Promise.all(keys.map((key) => this.#reads.read(key)));
  }

  async has(key: string): Promise<boolean> {
    return (await this.#reads.read(key)).kind === 'hit';
  }

  async set(key: string, value: V, lifetime: Lifetime): Promise<void> {
    await this.setMany([{ key, value, lifetime }]);
  }

  /** All or, where a part of it fails on the server, the first hundreds. */
  async setMany(entries: readonly StorageEntry<V>[]): Promise<void> {
    const ready = entries.map(({ key, value, lifetime }) => ({
      key,
      lifetime,
      value: this.#codec.encode(key, value),
    }));
    const runs = chunksOf(ready).map((chunk) =>
      this.#script.run({
        operation: 'set',
        keys: this.#entriesAndLeases(chunk.map(({ key }) => key)),
        args: () => chunk.flatMap(({ value, lifetime }) => [this.#endOf(lifetime), value]),
        bytes: chunk.reduce((sum, { value }) => sum + value.length, 0),
      }),
    );
    await Promise.all(runs);
  }

  async add(key: string, value: V, lifetime: Lifetime): Promise<boolean> {
    const encoded = this.#codec.encode(key, value);
    const stored = await this.#script.run({
      operation: 'add',
      keys: this.#entriesAndLeases([key]),
      args: () => [this.#endOf(lifetime), encoded],
      bytes: encoded.length,
    });
    return stored === 1;
  }

  async delete(key: string): Promise<boolean> {
    return (await this.deleteMany([key])) === 1;
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const runs = chunksOf(keys).map((chunk) =>
      this.#script.run({ operation: 'delete', keys: this.#entriesAndLeases(chunk) }),
    );
    const deleted = (await Promise.all(runs)) as number[];
    return deleted.reduce((sum, count) => sum + count, 0);
  }

  /** Takes effect in one step; the room is freed in the background. */
  async clear(): Promise<void> {
    try {
      await this.#script.run({ operation: 'clear' });
    } finally {
      this.#generation.forget();
    }
    this.#scan.sweep();
  }

  /** Resolves when no room of cleared entries is being freed any longer. */
  swept(): Promise<void> {
    return this.#scan.swept();
  }

  async size(): Promise<number> {
    let size = 0;
    for await (const keys of this.#scan.liveKeys()) size += keys.length;
    return size;
  }

  async getKeys(): Promise<string[]> {
    const all: string[] = [];
    for await (const keys of this.#scan.liveKeys()) all.push(...keys);
    return all;
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    for await (const keys of this.#scan.liveKeys()) {
      for (const [index, found] of (await this.lookupMany(keys)).entries()) {
        if (found.kind === 'miss') continue;
        const { value, expiresAt } = found;
        const key = keys[index] ?? '';
        yield expiresAt === undefined ? { key, value } : { key, value, expiresAt };
      }
    }
  }

  async lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const found = await this.#lookupFor('lease', key);
    return found.kind === 'claimed' ? { kind: 'miss' } : found;
  }

  lookupOrClaim(key: string): Promise<ClaimedLookup<V>> {
    return this.#lookupFor('claim', key);
  }

  // eslint-disable-next-line @typescript-eslint/max-params -- as the port has it
  async fill(key: string, value: V, lifetime: Lifetime, lease: Lease): Promise<boolean> {
    const encoded = this.#codec.encode(key, value);
    const stored = await this.#script.run({
      operation: 'fill',
      keys: this.#entriesAndLeases([key]),
      args: () => [this.#endOf(lifetime), encoded, rightOf(lease)],
      bytes: encoded.length,
    });
    return stored === 1;
  }

  /** Ends the right for everybody who holds it. */
  async release(key: string, lease: Lease): Promise<void> {
    await this.#script.run({
      operation: 'release',
      keys: this.#entriesAndLeases([key]),
      args: () => [rightOf(lease)],
    });
  }

  isOneRight(one: Lease, other: Lease): boolean {
    return rightOf(one) === rightOf(other);
  }

  /** Another process has cleared: the generation is asked for with the next read. */
  cleared(): void {
    this.#generation.forget();
  }

  open(): void {
    this.#scan.open();
  }

  /** The client is the caller's. */
  async close(): Promise<void> {
    await this.#scan.close();
    this.#gate.close();
  }

  /**
   * All who miss a key at once hold the same right on the server, which the first fill uses up: none of
   * them has loaded what is older than the right. What tells their leases apart is behind it.
   */
  async #lookupFor(
    operation: 'lease' | 'claim' | 'replace',
    key: string,
  ): Promise<ClaimedLookup<V>> {
    const reply = await this.#script.run({
      operation,
      keys: this.#entriesAndLeases([key]),
      args: () => [this.#nextToken(), this.#leaseTime],
      isBinary: this.#codec.isBinary,
    });
    const [kind, found] = reply as [StoredEntry, StoredEntry?];
    if (String(kind) === 'claimed') return { kind: 'claimed' };
    if (found === undefined) return { kind: 'miss' };
    if (String(kind) === 'miss') {
      return { kind: 'miss', lease: `${String(found)}.${this.#nextToken()}` as Lease };
    }
    const entry = this.#reads.decode(key, found);
    // What is there and cannot be read may be filled over.
    return entry.kind === 'hit' ? entry : this.#lookupFor('replace', key);
  }

  #entriesAndLeases(keys: readonly string[]): readonly string[] {
    return keys.flatMap((key) => [this.#names.entry(key), this.#names.lease(key)]);
  }

  #endOf({ ttl, expiresAt }: Lifetime): RedisArgument {
    if (ttl === 0) return '0';
    return expiresAt === Infinity ? '' : `${this.#time.fromLocal(expiresAt)}`;
  }
}

/** What the server knows of a lease. */
function rightOf(lease: Lease): string {
  return lease.slice(0, TOKEN_LENGTH);
}

function boundOfClear(clear: RedisStorageOptions<unknown>['clear'] = 'exact'): number {
  if (clear === 'exact') return 0;
  if (typeof clear === 'object') return interval('clear.bounded', clear.bounded);
  throw new CacheError(
    'INVALID_OPTION',
    `expected clear to be "exact" or { bounded: milliseconds }; got ${describeValue(clear)}`,
  );
}

function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += MOST_ENTRIES) {
    chunks.push(items.slice(from, from + MOST_ENTRIES));
  }
  return chunks;
}
