import { CacheError } from '@resync/cache-contract';
import type { KeyvInstance } from './keyv-instance.js';

type Listing = () => Iterable<string> | AsyncIterable<string>;

/** The keys of one Keyv, as it is given them and as its store has them. */
export class KeyvKeys {
  /** The store is in this process. */
  readonly isLocal: boolean;
  readonly #prefix: string;
  readonly #stored: Listing;

  /** @throws CacheError `INVALID_OPTION` where the store cannot list its keys */
  constructor(keyv: KeyvInstance) {
    const { store, namespace = '', useKeyPrefix } = keyv;
    this.#prefix = useKeyPrefix && namespace !== '' ? `${namespace}:` : '';
    const local = localListing(store);
    const listing = local ?? remoteListing(store, namespace);
    if (listing === undefined) {
      throw new CacheError(
        'INVALID_OPTION',
        'expected a Keyv whose store can list its keys: a Map, one of @cacheable/memory or one with an iterator; got another',
      );
    }
    this.isLocal = local !== undefined;
    this.#stored = listing;
  }

  /**
   * The key to give to Keyv, which puts its namespace before a key only where that is not there yet: a
   * key that begins with it by chance gets it here.
   */
  given(key: string): string {
    return this.#prefix !== '' && key.startsWith(this.#prefix) ? this.#prefix + key : key;
  }

  /** The keys of this Keyv, what is over among them. */
  async *all(): AsyncIterableIterator<string> {
    for await (const stored of this.#stored()) {
      if (stored.startsWith(this.#prefix)) yield stored.slice(this.#prefix.length);
    }
  }
}

function localListing(store: unknown): Listing | undefined {
  if (store instanceof Map) return () => [...(store as Map<string, unknown>).keys()];
  // The store of @cacheable/memory for Keyv, which is the default of cacheable.
  if (isObject(store) && isObject(store['store']) && typeof store['getStore'] === 'function') {
    return () => (store['store'] as { keys: Iterable<string> }).keys;
  }
  return undefined;
}

function remoteListing(store: unknown, namespace: string): Listing | undefined {
  if (!isObject(store) || typeof store['iterator'] !== 'function') return undefined;
  const iterator = store['iterator'] as (
    this: unknown,
    namespace?: string,
  ) => AsyncIterable<readonly [string, unknown]>;
  return async function* () {
    const entries = iterator.call(store, namespace === '' ? undefined : namespace);
    for await (const [key] of entries) yield key;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
