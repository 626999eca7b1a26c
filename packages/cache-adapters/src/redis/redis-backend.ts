import {
  systemClock,
  wholeTtl,
  type CacheEntry,
  type Clock,
  type Hit,
  type Lease,
  type LeasedLookup,
} from '@resync/cache-contract';
import type {
  Awaitable,
  Backend,
  BackendBatches,
  BackendLeases,
  BackendTraits,
  PreparedEntry,
} from '../adapter/backend.js';
import { textCodec, type TextCodec } from '../adapter/text-codec.js';
import { ChangeScripts, type Change } from './change-scripts.js';
import type { RedisCommands } from './redis-commands.js';
import { RedisKeys } from './redis-keys.js';
import { timeoutOf, type RedisCacheOptions } from './redis-options.js';
import { readingScripts } from './redis-scripts.js';
import { systemUniqueName } from '../adapter/system-unique-name.js';

/** What the client is called, how it is spoken to, and how it is closed. */
export interface RedisConnection {
  readonly name: string;
  readonly send: RedisCommands;
  readonly close: () => Awaitable<unknown>;
}

const MINUTE = 60_000;
const SCAN_BATCH = '500';

/** Stands between the name of the leases of a key and what makes each of them another. */
const OF = '/';

/**
 * Entries as plain text under `prefix + key`, with the server's own expiry: what `SET key value PX ms`
 * leaves, so that others can read them and the adapter reads what others wrote. Text that cannot be
 * deserialized is a miss.
 */
export class RedisBackend<V> implements Backend<V> {
  readonly name: string;
  // A client sends commands in the order in which it is given them, and each write is one command.
  readonly ordering = 'in order';
  readonly traits: BackendTraits;
  readonly leasing: BackendLeases<V>;
  readonly batches: BackendBatches<V>;
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #codec: TextCodec<V>;
  readonly #clock: Clock;
  readonly #changes: ChangeScripts;
  readonly #leaseTtl: number;
  readonly #newName: () => string;
  readonly #closes: boolean;

  constructor(connection: RedisConnection, options: RedisCacheOptions<V>) {
    this.name = connection.name;
    this.#connection = connection;
    this.#keys = new RedisKeys(options.prefix);
    this.#codec = textCodec(options);
    this.#clock = options.clock ?? systemClock;
    this.#changes = new ChangeScripts(connection.send, this.#clock, timeoutOf(options));
    this.#leaseTtl = options.leaseTtl ?? MINUTE;
    this.#newName = options.newName ?? systemUniqueName;
    this.#closes = options.onShutdown === 'close';
    this.traits = {
      expiry: 'absolute',
      shared: true,
      defaultTtl: wholeTtl(options.defaultTtl ?? Infinity),
      normalises: [
        { behaviour: 'ttl edges', beneath: 'PX 0 is an error, and no PX is for ever' },
        { behaviour: 'null', beneath: 'values are text; the adapter writes and reads JSON' },
        { behaviour: 'size', beneath: 'keys are found by a scan of the whole server' },
        { behaviour: 'end', beneath: 'a client is closed, not a cache' },
      ],
    };
    this.leasing = {
      lookupOrLease: (key) => this.#lookupOrLease(key),
      fill: (entry, lease) => this.#fill(entry, lease),
    };
    this.batches = {
      readMany: (keys) => this.#readMany(keys),
      writeMany: (entries) => this.#writeMany(entries),
      removeMany: async (keys) =>
        Number(
          await this.#change(
            'remove',
            keys.flatMap((key) => this.#keys.pair(key)),
            [],
          ),
        ),
    };
  }

  async read(key: string): Promise<Hit<V> | undefined> {
    const asked = this.#clock.now();
    return this.#hitFrom(await this.#look('lookup', [this.#keys.entry(key)]), asked);
  }

  async readValue(key: string): Promise<{ readonly value: V } | undefined> {
    return this.#decode(await this.#send('GET', this.#keys.entry(key)));
  }

  async has(key: string): Promise<boolean> {
    return Number(await this.#send('EXISTS', this.#keys.entry(key))) === 1;
  }

  async write(key: string, value: V, ttl = Infinity): Promise<void> {
    const text = this.#codec.serialize(value);
    await this.#change('set', this.#keys.pair(key), [text, ...lifetime(ttl)]);
  }

  async add(key: string, value: V, ttl = Infinity): Promise<boolean> {
    const text = this.#codec.serialize(value);
    return isOne(await this.#change('add', this.#keys.pair(key), [text, ...lifetime(ttl)]));
  }

  async remove(key: string): Promise<boolean> {
    return isOne(await this.#change('remove', this.#keys.pair(key), []));
  }

  /**
   * Removes, batch by batch, what is there when it is called; what is set meanwhile may go along. The
   * leases go first: a fill that still makes it is there before the entries are looked for.
   */
  async clear(): Promise<void> {
    for (const pattern of [this.#keys.allLeases, this.#keys.allEntries]) {
      for await (const batch of this.#scan(pattern)) {
        if (batch.length > 0) await this.#change('unlink', batch, []);
      }
    }
  }

  async keys(): Promise<readonly string[]> {
    const found = new Set<string>();
    for await (const batch of this.#scan(this.#keys.allEntries)) {
      for (const entry of batch) found.add(this.#keys.keyOf(entry));
    }
    return [...found];
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    // A scan may give a key more than once.
    const seen = new Set<string>();
    for await (const batch of this.#scan(this.#keys.allEntries)) {
      const fresh = batch.filter((entry) => !seen.has(entry));
      if (fresh.length === 0) continue;
      const asked = this.#clock.now();
      const replies = (await this.#look('lookupMany', fresh)) as unknown[];
      for (const [index, entry] of fresh.entries()) {
        seen.add(entry);
        const hit = this.#hitFrom(replies[index], asked);
        if (hit === undefined) continue;
        const { value, expiresAt = Infinity } = hit;
        yield { key: this.#keys.keyOf(entry), value, expiresAt };
      }
    }
  }

  async close(): Promise<void> {
    if (this.#closes) await this.#connection.close();
  }

  async #lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    const fresh = this.#newName();
    const asked = this.#clock.now();
    const reply = await this.#change('lookupOrLease', this.#keys.pair(key), [
      fresh,
      ...lifetime(this.#leaseTtl),
    ]);
    if (typeof reply !== 'string') return this.#hitFrom(reply, asked) ?? { kind: 'miss' };
    return { kind: 'miss', lease: `${reply}${OF}${fresh}` as Lease };
  }

  async #fill({ key, value, ttl = Infinity }: PreparedEntry<V>, lease: Lease): Promise<boolean> {
    const [name = '', ...own] = lease.split(OF);
    if (own.length !== 1) return false;
    const text = this.#codec.serialize(value);
    return isOne(await this.#change('fill', this.#keys.pair(key), [name, text, ...lifetime(ttl)]));
  }

  async #readMany(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    const replies = await this.#send('MGET', ...keys.map((key) => this.#keys.entry(key)));
    const found = new Map<string, V>();
    for (const [index, key] of keys.entries()) {
      const decoded = this.#decode((replies as unknown[])[index]);
      if (decoded !== undefined) found.set(key, decoded.value);
    }
    return found;
  }

  async #writeMany(entries: readonly PreparedEntry<V>[]): Promise<void> {
    const values = entries.flatMap(({ value, ttl = Infinity }) => [
      this.#codec.serialize(value),
      ...lifetimeInBatch(ttl),
    ]);
    await this.#change(
      'setMany',
      entries.flatMap(({ key }) => this.#keys.pair(key)),
      values,
    );
  }

  async *#scan(pattern: string): AsyncIterableIterator<string[]> {
    let cursor = '0';
    do {
      const reply = await this.#send('SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_BATCH);
      const [next, batch] = reply as [unknown, string[]];
      yield batch;
      cursor = String(next);
    } while (cursor !== '0');
  }

  /** @param asked when, so that an end is never said too late, however late the reply */
  #hitFrom(reply: unknown, asked: number): Hit<V> | undefined {
    if (!Array.isArray(reply)) return undefined;
    const [text, left] = reply as [unknown, unknown];
    const decoded = this.#decode(text);
    if (decoded === undefined) return undefined;
    const ms = Number(left);
    return {
      kind: 'hit',
      value: decoded.value,
      expiresAt: ms < 0 ? Infinity : asked + ms,
    };
  }

  #decode(text: unknown): { readonly value: V } | undefined {
    if (typeof text !== 'string') return undefined;
    try {
      return { value: this.#codec.deserialize(text) };
    } catch {
      return undefined;
    }
  }

  #look(script: keyof typeof readingScripts, keys: readonly string[]): Promise<unknown> {
    return this.#send('EVAL', readingScripts[script], `${keys.length}`, ...keys);
  }

  #change(
    script: Change['script'],
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> {
    return this.#changes.run({ script, keys, args });
  }

  #send(...command: string[]): Promise<unknown> {
    return this.#connection.send(command);
  }
}

function lifetime(ttl: number): readonly string[] {
  return ttl === Infinity ? [] : ['PX', `${ttl}`];
}

function lifetimeInBatch(ttl: number): readonly string[] {
  if (ttl === 0) return ['DEL', ''];
  return ttl === Infinity ? ['', ''] : ['PX', `${ttl}`];
}

function isOne(reply: unknown): boolean {
  return Number(reply) === 1;
}
