import type { BinaryCodec } from './binary-codec.js';
import type { RedisArgument } from './redis-client.js';
import { TOKEN_LENGTH } from './system-tokens.js';
import type { ValueCodec } from '../value-codec.js';
import type { ValueEncryption } from './value-encryption.js';

/** What is stored under one key, before anybody knows whether it is ours. */
export type StoredEntry = string | Buffer;

/** An entry of the generation that was asked for. */
export interface DecodedEntry<V> {
  readonly value: V;
  /** By the server's clock, in milliseconds since the epoch; `Infinity`: never. */
  readonly endsAt: number;
}

/** How far the end of the lifetime can be from the start: a generation and a number. */
const LONGEST_HEAD = TOKEN_LENGTH + 20;
const COLON = 0x3a;

/** Values as they are stored: encoded, and encrypted where there is a key. */
export class EntryCodec<V> {
  /** Replies must come as bytes. */
  readonly isBinary: boolean;
  readonly #codec: ValueCodec<V> | BinaryCodec<V>;
  readonly #encryption: ValueEncryption | undefined;

  constructor(codec: ValueCodec<V> | BinaryCodec<V>, encryption: ValueEncryption | undefined) {
    this.#codec = codec;
    this.#encryption = encryption;
    this.isBinary = codec.kind === 'binary' || encryption !== undefined;
  }

  /** @throws CacheError `INVALID_VALUE` */
  encode(key: string, value: V): RedisArgument {
    const encoded = this.#codec.encode(value);
    if (this.#encryption !== undefined) {
      return this.#encryption.encrypt(key, Buffer.from(encoded as string));
    }
    return typeof encoded === 'string' ? encoded : Buffer.from(encoded);
  }

  /** Throws for what this codec has not written. */
  decode(key: string, stored: StoredEntry): DecodedEntry<V> {
    return typeof stored === 'string' ? this.#decodeText(stored) : this.#decodeBytes(key, stored);
  }

  #decodeText(stored: string): DecodedEntry<V> {
    const colon = stored.indexOf(':', TOKEN_LENGTH);
    const endsAt = endOf(colon, stored.slice(TOKEN_LENGTH, colon));
    return { value: (this.#codec as ValueCodec<V>).decode(stored.slice(colon + 1)), endsAt };
  }

  #decodeBytes(key: string, stored: Buffer): DecodedEntry<V> {
    const colon = stored.indexOf(COLON, TOKEN_LENGTH);
    const endsAt = endOf(colon, stored.toString('latin1', TOKEN_LENGTH, colon));
    const bytes = stored.subarray(colon + 1);
    const plain = this.#encryption?.decrypt(key, bytes) ?? bytes;
    const { kind } = this.#codec;
    const value =
      kind === 'binary' ? this.#codec.decode(plain) : this.#codec.decode(plain.toString());
    return { value, endsAt };
  }
}

/** The generation that a stored entry begins with. */
export function generationOf(stored: StoredEntry): string {
  return typeof stored === 'string'
    ? stored.slice(0, TOKEN_LENGTH)
    : stored.toString('latin1', 0, TOKEN_LENGTH);
}

function endOf(colon: number, text: string): number {
  const endsAt = text === '' ? Infinity : Number(text);
  if (colon < 0 || colon > LONGEST_HEAD || Number.isNaN(endsAt)) throw new Error('no entry');
  return endsAt;
}
