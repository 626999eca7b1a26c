import { createHash } from 'node:crypto';
import { CacheError, describeValue } from '@resync/cache-contract';

/** Memcached takes keys of 250 bytes, without spaces and control characters. */
const MAX_BYTES = 250;
const PLAIN = /^[\x21-\x7e]*$/;

const AS_IT_IS = '=';
const HASHED = '#';

/** Where on the server the items of one cache are. */
export class MemcachedKeys {
  readonly #prefix: string;

  /** @throws CacheError `INVALID_OPTION` */
  constructor(prefix: string) {
    if (typeof prefix !== 'string' || !/^[\w.:-]{1,100}$/.test(prefix)) {
      throw new CacheError(
        'INVALID_OPTION',
        `expected a prefix of letters, digits, ".", ":", "_" and "-"; got ${describeValue(prefix)}`,
      );
    }
    this.#prefix = prefix;
  }

  /** Of the item that says which entries count. */
  get generation(): string {
    return `${this.#prefix}!`;
  }

  /** The key as it is where memcached takes it, or its SHA-256; the entry holds the whole of it. */
  entry(key: string): string {
    const plain = this.#prefix + AS_IT_IS + key;
    if (plain.length <= MAX_BYTES && PLAIN.test(plain)) return plain;
    return this.#prefix + HASHED + createHash('sha256').update(key).digest('base64url');
  }

  isEntry(stored: string): boolean {
    return stored.startsWith(this.#prefix + AS_IT_IS) || stored.startsWith(this.#prefix + HASHED);
  }
}
