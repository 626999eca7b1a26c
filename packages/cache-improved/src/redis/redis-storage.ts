import { CacheError, describeValue, MISS, type Lookup } from '@resync/cache-contract';
import type { CacheStorage, StorageTraits } from '../cache-storage.js';
import type { Lifetime } from '../lifetime.js';
import { jsonCodec, type ValueCodec } from './value-codec.js';

/** The one call of the official `redis` client that the storage needs. */
export interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** Options of {@link RedisStorage}. */
export interface RedisStorageOptions<V> {
  /**
   * A connected client. It stays the caller's, who also closes it. Make it with
   * `disableOfflineQueue: true`, or commands of before an outage are sent after it.
   */
  readonly client: RedisClient;
  /** Names the entries of one cache on the server: letters, digits, `.`, `_` and `-`. */
  readonly namespace: string;
  /** Default: JSON of plain data. */
  readonly codec?: ValueCodec<V>;
}

const SCAN_BATCH = '500';

/**
 * Entries on a Redis or Valkey server, which expires them by itself. Each is one string under
 * `namespace:key`: the moment of its end in milliseconds since the epoch (empty: never), a colon,
 * and the encoded value. Other keys on the server are never touched.
 */
export class RedisStorage<V = unknown> implements CacheStorage<V> {
  readonly traits: StorageTraits = { shared: true, local: false, expiry: 'absolute' };
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #codec: ValueCodec<V>;

  constructor({ client, namespace, codec = jsonCodec as ValueCodec<V> }: RedisStorageOptions<V>) {
    if (!/^[\w.-]{1,100}$/.test(namespace)) {
      throw new CacheError(
        'INVALID_OPTION',
        `expected a namespace of letters, digits, ".", "_" and "-"; got ${describeValue(namespace)}`,
      );
    }
    this.#client = client;
    this.#prefix = `${namespace}:`;
    this.#codec = codec;
  }

  async get(key: string): Promise<NoInfer<V> | undefined> {
    const found = await this.lookup(key);
    return found.kind === 'hit' ? found.value : undefined;
  }

  async lookup(key: string): Promise<Lookup<V>> {
    const stored = await this.#send('GET', this.#prefix + key);
    return typeof stored === 'string' ? this.#parse(stored) : MISS;
  }

  async has(key: string): Promise<boolean> {
    return (await this.#send('EXISTS', this.#prefix + key)) === 1;
  }

  async set(key: string, value: V, { ttl, expiresAt }: Lifetime): Promise<void> {
    const encoded = this.#codec.encode(value);
    if (ttl === 0) await this.delete(key);
    else if (ttl === Infinity) await this.#send('SET', this.#prefix + key, `:${encoded}`);
    else await this.#send('SET', this.#prefix + key, `${expiresAt}:${encoded}`, 'PX', `${ttl}`);
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#send('DEL', this.#prefix + key)) === 1;
  }

  /** Removes what is there when it is called; what others set meanwhile may go with it. */
  async clear(): Promise<void> {
    for await (const batch of this.#scan()) {
      if (batch.length > 0) await this.#send('UNLINK', ...batch);
    }
  }

  async size(): Promise<number> {
    return (await this.getKeys()).length;
  }

  async getKeys(): Promise<string[]> {
    const keys = new Set<string>();
    for await (const batch of this.#scan()) {
      for (const stored of batch) keys.add(stored.slice(this.#prefix.length));
    }
    return [...keys];
  }

  /** The client is the caller's. */
  close(): void {
    return undefined;
  }

  async *#scan(): AsyncIterableIterator<string[]> {
    let cursor = '0';
    do {
      const reply = await this.#send(
        'SCAN',
        cursor,
        'MATCH',
        `${this.#prefix}*`,
        'COUNT',
        SCAN_BATCH,
      );
      const [next, batch] = reply as [unknown, string[]];
      yield batch;
      cursor = String(next);
    } while (cursor !== '0');
  }

  #parse(stored: string): Lookup<V> {
    const colon = stored.indexOf(':');
    try {
      const value = this.#codec.decode(stored.slice(colon + 1));
      const expiresAt = colon === 0 ? Infinity : Number(stored.slice(0, colon));
      return { kind: 'hit', value, expiresAt };
    } catch {
      // Not written by this storage, or with another codec: nothing that can be answered with.
      return MISS;
    }
  }

  async #send(...command: string[]): Promise<unknown> {
    try {
      return await this.#client.sendCommand(command);
    } catch (error) {
      throw new CacheError('BACKEND', `Redis failed at ${command[0] ?? ''}: ${String(error)}`, {
        cause: error,
      });
    }
  }
}
