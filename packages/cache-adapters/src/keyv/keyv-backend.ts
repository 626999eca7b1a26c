import {
  CacheError,
  systemClock,
  type CacheEntry,
  type Clock,
  type Hit,
  type Normalisation,
} from '@resync/cache-contract';
import { plainDataToJson } from '@resync/cache-contract/plain-data';
import type { AdapterOptions } from '../adapter/adapter-options.js';
import type { Backend, BackendTraits } from '../adapter/backend.js';
import { boxNumber, unboxNumber } from '../adapter/number-box.js';
import type { KeyvInstance, KeyvRaw } from './keyv-instance.js';
import { KeyvKeys } from './keyv-keys.js';

/** How a cache on Keyv, or on a library of its family, is taken. */
export interface KeyvCacheOptions extends AdapterOptions {
  /**
   * Whether several processes see the same entries. Needed where a store is not in this process; there
   * is none that could be asked.
   */
  readonly shared?: boolean;
  /** The lifetime in milliseconds of an entry that is set without one. Default: the library's own. */
  readonly defaultTtl?: number;
  /**
   * Throws a `CacheError` for values that the stores would not give back as they went. Default: for all
   * but plain data where values are serialized, for symbols where they are kept in a Map as they are.
   */
  readonly assertStorable?: (value: unknown) => void;
}

/** The calls of a library that is built on Keyv, one or several tiers of them. */
export interface KeyvFamily {
  readonly name: string;
  readonly tiers: readonly KeyvInstance[];
  readonly defaultTtl?: number;
  readonly maxTtl?: number;
  readonly normalises: readonly Normalisation[];
  read(key: string): Promise<KeyvRaw | undefined>;
  /** @param ttl 0: never; left out: the library's default */
  write(key: string, value: unknown, ttl: number | undefined): Promise<unknown>;
  remove(key: string): Promise<unknown>;
  clear(): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/** Keyv and what is built on it. */
export class KeyvBackend<V> implements Backend<V> {
  readonly name: string;
  readonly ordering = 'none';
  readonly traits: BackendTraits;
  readonly #family: KeyvFamily;
  readonly #tiers: readonly KeyvKeys[];
  readonly #clock: Clock;
  readonly #assertStorable: (value: unknown) => void;
  readonly #closes: boolean;

  constructor(family: KeyvFamily, options: KeyvCacheOptions) {
    this.name = family.name;
    this.#family = family;
    this.#clock = options.clock ?? systemClock;
    this.#closes = options.onShutdown === 'close';
    this.#tiers = family.tiers.map((keyv) => new KeyvKeys(keyv));
    const isLocal = this.#tiers.every((tier) => tier.isLocal);
    if (!isLocal) refuseSilentFaults(family.tiers);
    refuseSeveralNamespaces(family.tiers);
    const keepsReferences = family.tiers.every(
      ({ store, serialize }) => store instanceof Map && serialize === undefined,
    );
    this.#assertStorable =
      options.assertStorable ?? (keepsReferences ? refuseSymbol : plainDataToJson);
    const defaultTtl = options.defaultTtl ?? family.defaultTtl;
    this.traits = {
      expiry: 'absolute',
      shared: isLocal ? (options.shared ?? false) : needed(options.shared),
      ...(defaultTtl !== undefined && { defaultTtl }),
      ...(family.maxTtl !== undefined && { maxTtl: family.maxTtl }),
      normalises: [
        { behaviour: 'ttl edges', beneath: 'ttl 0 is for ever; the last millisecond is lived in' },
        { behaviour: 'keys', beneath: 'a key that begins with the namespace is another key' },
        { behaviour: 'size', beneath: 'there is none; the keys are walked through' },
        { behaviour: 'metrics', beneath: 'they count what a read finds, has and delete included' },
        ...family.normalises,
      ],
    };
  }

  async read(key: string): Promise<Hit<V> | undefined> {
    const raw = await this.#family.read(this.#given(key));
    if (raw?.value === undefined) return undefined;
    const expiresAt = raw.expires ?? Infinity;
    // Keyv lets an entry live through the millisecond in which it ends.
    if (expiresAt <= this.#clock.now()) return undefined;
    return { kind: 'hit', value: unboxNumber(raw.value) as V, expiresAt };
  }

  async has(key: string): Promise<boolean> {
    return (await this.read(key)) !== undefined;
  }

  async write(key: string, value: V, ttl: number | undefined): Promise<void> {
    const boxed = boxNumber(value);
    this.#assertStorable(boxed);
    await this.#family.write(this.#given(key), boxed, ttl === Infinity ? 0 : ttl);
  }

  async remove(key: string): Promise<boolean> {
    const wasThere = await this.has(key);
    await this.#family.remove(this.#given(key));
    return wasThere;
  }

  async clear(): Promise<void> {
    await this.#family.clear();
  }

  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { key } of this.entries()) keys.push(key);
    return keys;
  }

  async *entries(): AsyncIterableIterator<CacheEntry<V>> {
    const seen = new Set<string>();
    for (const tier of this.#tiers) for await (const key of tier.all()) seen.add(key);
    for (const key of seen) {
      const hit = await this.read(key);
      if (hit === undefined) continue;
      const { value, expiresAt = Infinity } = hit;
      yield { key, value, expiresAt };
    }
  }

  async close(): Promise<void> {
    if (this.#closes) await this.#family.disconnect();
  }

  #given(key: string): string {
    return this.#tiers[0]?.given(key) ?? key;
  }
}

function refuseSymbol(value: unknown): void {
  if (typeof value !== 'symbol') return;
  throw new CacheError('INVALID_VALUE', 'expected a value that Keyv takes; got a symbol');
}

function needed(shared: boolean | undefined): boolean {
  if (shared !== undefined) return shared;
  throw new CacheError(
    'INVALID_OPTION',
    'expected the option shared, because a store is not in this process; got none',
  );
}

function refuseSilentFaults(tiers: readonly KeyvInstance[]): void {
  if (tiers.every(({ throwOnErrors }) => throwOnErrors)) return;
  throw new CacheError(
    'INVALID_OPTION',
    'expected every Keyv with throwOnErrors: true, because a write that fails leaves the old value; got one without',
  );
}

function refuseSeveralNamespaces(tiers: readonly KeyvInstance[]): void {
  const namespaces = new Set(
    tiers.map(({ namespace, useKeyPrefix }) => (useKeyPrefix ? namespace : '')),
  );
  if (namespaces.size <= 1) return;
  throw new CacheError(
    'INVALID_OPTION',
    'expected stores with one namespace, so that a key is the same in all; got several',
  );
}
