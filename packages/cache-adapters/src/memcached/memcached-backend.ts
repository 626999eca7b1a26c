import {
  CacheError,
  systemClock,
  wholeTtl,
  type CacheEntry,
  type Clock,
  type Hit,
  type Lease,
  type LeasedLookup,
} from '@resync/cache-contract';
import type { Backend, BackendLeases, BackendTraits, PreparedEntry } from '../adapter/backend.js';
import { systemUniqueName } from '../adapter/system-unique-name.js';
import { textCodec, type TextCodec } from '../adapter/text-codec.js';
import { seal, unseal, type Envelope } from './envelope.js';
import type { MemcachedClient, MemcachedItem } from './memcached-client.js';
import { MemcachedCommands } from './memcached-commands.js';
import { MemcachedKeys } from './memcached-keys.js';
import type { MemcachedCacheOptions } from './memcached-options.js';

const SECOND = 1000;
const MINUTE = 60_000;

/** Seconds over which memcached takes a lifetime for a date. */
const LONGEST_LIFETIME = 30 * 24 * 60 * 60;

/** How often a write is tried again that others were quicker than. */
const MAX_TRIES = 10;

/** How many items are asked for at once while all are walked through. */
const BATCH = 100;

/** Stands between the name of the leases of a key and what makes each of them another. */
const OF = '/';

/** What is on the server for a key, as far as it counts. */
interface Found {
  readonly generation: string;
  readonly item: MemcachedItem | undefined;
  /** Of this key and generation, and not over. */
  readonly envelope: Envelope | undefined;
}

/**
 * Entries in an {@link Envelope} with the moment of their end, because memcached counts in seconds. A
 * clear gives the cache a new generation, and entries of another do not count. A lease is an item
 * without a value, which `cas` exchanges for one.
 */
export class MemcachedBackend<V> implements Backend<V> {
  readonly name = 'memcached';
  readonly ordering = 'none';
  readonly traits: BackendTraits;
  readonly leasing: BackendLeases<V>;
  readonly #commands: MemcachedCommands;
  readonly #keys: MemcachedKeys;
  readonly #listKeys: () => AsyncIterable<string>;
  readonly #codec: TextCodec<V>;
  readonly #clock: Clock;
  readonly #leaseTtl: number;
  readonly #maxItemBytes: number;
  readonly #newName: () => string;
  readonly #closes: boolean;

  constructor(client: MemcachedClient, options: MemcachedCacheOptions<V>) {
    this.#commands = new MemcachedCommands(client);
    this.#keys = new MemcachedKeys(options.prefix);
    this.#listKeys = options.listKeys;
    this.#codec = textCodec(options);
    this.#clock = options.clock ?? systemClock;
    this.#leaseTtl = Math.max(SECOND, options.leaseTtl ?? MINUTE);
    this.#maxItemBytes = options.maxItemBytes ?? 1_000_000;
    this.#newName = options.newName ?? systemUniqueName;
    this.#closes = options.onShutdown === 'close';
    this.traits = {
      expiry: 'absolute',
      shared: true,
      defaultTtl: wholeTtl(options.defaultTtl ?? Infinity),
      normalises: [
        { behaviour: 'default ttl', beneath: 'lifetimes are in whole seconds' },
        { behaviour: 'ttl edges', beneath: 'ttl 0 is for ever, over thirty days it is a date' },
        { behaviour: 'keys', beneath: 'at most 250 bytes without spaces; others are hashed' },
        { behaviour: 'bounds', beneath: 'a value over its bound removes the old one' },
        { behaviour: 'size', beneath: 'keys are found by a walk through the whole server' },
        { behaviour: 'null', beneath: 'values are text; the adapter writes and reads JSON' },
        { behaviour: 'end', beneath: 'a client is closed, not a cache' },
      ],
    };
    this.leasing = {
      lookupOrLease: (key) => this.#lookupOrLease(key),
      fill: (entry, lease) => this.#fill(entry, lease),
    };
  }

  async read(key: string): Promise<Hit<V> | undefined> {
    return this.#hitFrom((await this.#find(key))?.envelope);
  }

  async has(key: string): Promise<boolean> {
    return (await this.read(key)) !== undefined;
  }

  async write(key: string, value: V, ttl = Infinity): Promise<void> {
    const expiresAt = this.#clock.now() + ttl;
    // What cannot be stored is refused before anything is asked.
    const text = this.#codec.serialize(value);
    const generation = await this.#generation();
    const sealed = this.#sealed({ generation, key, text, expiresAt });
    await this.#commands.set(this.#keys.entry(key), sealed, lifetimeOf(ttl));
  }

  async add(key: string, value: V, ttl = Infinity): Promise<boolean> {
    const expiresAt = this.#clock.now() + ttl;
    const text = this.#codec.serialize(value);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { generation, item, envelope } = await this.#findInGeneration(key);
      if (this.#hitFrom(envelope) !== undefined) return false;
      const sealed = this.#sealed({ generation, key, text, expiresAt });
      if (await this.#exchange(key, item, { value: sealed, lifetime: lifetimeOf(ttl) })) {
        return true;
      }
    }
    throw new Error('others were quicker each time');
  }

  async remove(key: string): Promise<boolean> {
    const wasThere = await this.has(key);
    // Whatever is there goes: a lease is lost to a delete as well.
    const isDeleted = await this.#commands.delete(this.#keys.entry(key));
    return wasThere && isDeleted;
  }

  /** From now on nothing of before counts; the server removes it when it needs the room. */
  async clear(): Promise<void> {
    await this.#commands.set(this.#keys.generation, this.#newName(), 0);
  }

  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { key } of this.entries()) keys.push(key);
    return keys;
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    const stored = new Set<string>();
    for await (const key of this.#listKeys()) if (this.#keys.isEntry(key)) stored.add(key);
    const all = [...stored];
    for (let start = 0; start < all.length; start += BATCH) {
      const batch = all.slice(start, start + BATCH);
      const items = await this.#commands.gets([this.#keys.generation, ...batch]);
      for (const place of batch) {
        const envelope = unseal(items.get(place)?.value);
        const hit = this.#hitFrom(this.#counting(envelope, this.#generationIn(items)));
        if (envelope === undefined || hit === undefined) continue;
        const { value, expiresAt = Infinity } = hit;
        yield { key: envelope.key, value, expiresAt };
      }
    }
  }

  close(): void {
    if (this.#closes) this.#commands.shutdown();
  }

  async #lookupOrLease(key: string): Promise<LeasedLookup<V>> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { generation, item, envelope } = await this.#findInGeneration(key);
      const hit = this.#hitFrom(envelope);
      if (hit !== undefined) return hit;
      const own = this.#newName();
      if (envelope?.lease !== undefined) {
        return { kind: 'miss', lease: `${envelope.lease}${OF}${own}` as Lease };
      }
      const expiresAt = this.#clock.now() + this.#leaseTtl;
      const value = seal({ generation, key, expiresAt, lease: own, text: '' });
      const placeholder = { value, lifetime: lifetimeOf(this.#leaseTtl) };
      if (await this.#exchange(key, item, placeholder)) {
        return { kind: 'miss', lease: `${own}${OF}${own}` as Lease };
      }
    }
    return { kind: 'miss' };
  }

  async #fill({ key, value, ttl = Infinity }: PreparedEntry<V>, lease: Lease): Promise<boolean> {
    const expiresAt = this.#clock.now() + ttl;
    const text = this.#codec.serialize(value);
    const found = await this.#find(key);
    if (found?.item === undefined || found.envelope?.lease === undefined) return false;
    if (!lease.startsWith(found.envelope.lease + OF)) return false;
    const { generation } = found;
    const sealed = this.#sealed({ generation, key, text, expiresAt });
    const next = { value: sealed, lifetime: lifetimeOf(ttl) };
    return this.#commands.swap(this.#keys.entry(key), found.item, next);
  }

  /** Stores over what was seen, where that is still there: nothing, or an item that does not count. */
  #exchange(
    key: string,
    seen: MemcachedItem | undefined,
    next: { readonly value: string; readonly lifetime: number },
  ): Promise<boolean> {
    const place = this.#keys.entry(key);
    return seen === undefined
      ? this.#commands.add(place, next.value, next.lifetime)
      : this.#commands.swap(place, seen, next);
  }

  /** `undefined` where nothing counts yet. */
  async #find(key: string): Promise<Found | undefined> {
    const place = this.#keys.entry(key);
    const items = await this.#commands.gets([this.#keys.generation, place]);
    const generation = this.#generationIn(items);
    if (generation === undefined) return undefined;
    const item = items.get(place);
    const envelope = unseal(item?.value);
    // Two keys of one hash are not one key.
    const isOfKey = envelope?.key === key;
    return {
      generation,
      item,
      envelope: isOfKey ? this.#counting(envelope, generation) : undefined,
    };
  }

  async #findInGeneration(key: string): Promise<Found> {
    const found = await this.#find(key);
    if (found !== undefined) return found;
    const generation = await this.#generation();
    return (await this.#find(key)) ?? { generation, item: undefined, envelope: undefined };
  }

  /** The generation that counts now; where the server has none, or lost it, a new one. */
  async #generation(): Promise<string> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const known = this.#generationIn(await this.#commands.gets([this.#keys.generation]));
      if (known !== undefined) return known;
      const fresh = this.#newName();
      if (await this.#commands.add(this.#keys.generation, fresh, 0)) return fresh;
    }
    throw new Error('the server keeps losing the generation of the cache');
  }

  #generationIn(items: ReadonlyMap<string, MemcachedItem>): string | undefined {
    const value = items.get(this.#keys.generation)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  #counting(envelope: Envelope | undefined, generation: string | undefined): Envelope | undefined {
    if (envelope === undefined || envelope.generation !== generation) return undefined;
    return envelope.expiresAt > this.#clock.now() ? envelope : undefined;
  }

  #hitFrom(envelope: Envelope | undefined): Hit<V> | undefined {
    if (envelope === undefined || envelope.lease !== undefined) return undefined;
    try {
      const value = this.#codec.deserialize(envelope.text);
      return { kind: 'hit', value, expiresAt: envelope.expiresAt };
    } catch {
      return undefined;
    }
  }

  #sealed(envelope: Envelope): string {
    const sealed = seal(envelope);
    const bytes = Buffer.byteLength(sealed);
    if (bytes <= this.#maxItemBytes) return sealed;
    throw new CacheError(
      'TOO_LARGE',
      `expected an entry of at most maxItemBytes (${this.#maxItemBytes}); got one of ${bytes}`,
    );
  }
}

/** In whole seconds and never too short: the envelope says when an entry is over. 0: until room is needed. */
function lifetimeOf(ttl: number): number {
  const seconds = Math.ceil(ttl / SECOND) + 1;
  return seconds <= LONGEST_LIFETIME ? seconds : 0;
}
