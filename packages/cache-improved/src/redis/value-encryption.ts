import { CacheError, describeValue } from '@resync/cache-contract';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { systemRandomBytes } from './system-tokens.js';

/** A key with the name under which values say that they were encrypted with it. */
export interface EncryptionKey {
  /** Up to 32 characters, for everybody who can read the server to see. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** How values are encrypted. */
export interface EncryptionOptions {
  /** The first one encrypts; all decrypt, so that keys can be changed one by one. */
  readonly keys: readonly EncryptionKey[];
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_ID = 32;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. A value is bound to its namespace and key: moved
 * to another one it does not decrypt. Not hidden: cache keys, sizes and lifetimes; not prevented: that
 * who can write to the server puts an older value of the same key back. Change the key before it has
 * encrypted 2^32 values.
 *
 * The bytes are: length of the id, id, nonce, tag, what was encrypted.
 */
export class ValueEncryption {
  readonly #namespace: string;
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #id: Buffer;
  readonly #key: Uint8Array;

  /** @throws CacheError `INVALID_OPTION` */
  constructor(namespace: string, { keys }: EncryptionOptions) {
    for (const { id, key } of keys) assertKey(id, key);
    const [first] = keys;
    if (first === undefined || new Set(keys.map(({ id }) => id)).size !== keys.length) {
      throw new CacheError(
        'INVALID_OPTION',
        `expected at least one encryption key, each with an id of its own; got ${keys.length}`,
      );
    }
    this.#namespace = namespace;
    this.#keys = new Map(keys.map(({ id, key }) => [id, Uint8Array.from(key)]));
    this.#id = Buffer.from(first.id);
    this.#key = Uint8Array.from(first.key);
  }

  encrypt(cacheKey: string, plain: Uint8Array): Buffer {
    const nonce = systemRandomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.#boundTo(cacheKey));
    const encrypted = [cipher.update(plain), cipher.final()];
    const head = [Buffer.of(this.#id.length), this.#id, nonce, cipher.getAuthTag()];
    return Buffer.concat([...head, ...encrypted]);
  }

  /** Throws for what was not encrypted with one of the keys for this cache key. */
  decrypt(cacheKey: string, bytes: Buffer): Buffer {
    const nonceAt = 1 + (bytes[0] ?? 0);
    const tagAt = nonceAt + NONCE_BYTES;
    const textAt = tagAt + TAG_BYTES;
    const key = this.#keys.get(bytes.toString('utf8', 1, nonceAt));
    if (key === undefined || bytes.length < textAt) throw new Error('encrypted with no known key');
    const nonce = bytes.subarray(nonceAt, tagAt);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(this.#boundTo(cacheKey));
    decipher.setAuthTag(bytes.subarray(tagAt, textAt));
    return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]);
  }

  #boundTo(cacheKey: string): Buffer {
    // Neither may contain NUL.
    return Buffer.from(`${this.#namespace}\0${cacheKey}`);
  }
}

function assertKey(id: string, key: Uint8Array): void {
  if (key.length !== KEY_BYTES) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected an encryption key of ${KEY_BYTES} bytes; got one of ${key.length}`,
    );
  }
  const { length } = Buffer.from(id);
  if (length > 0 && length <= LONGEST_ID) return;
  throw new CacheError(
    'INVALID_OPTION',
    `expected an id of 1 to ${LONGEST_ID} bytes for an encryption key; got ${describeValue(id)}`,
  );
}
