import { CacheError, describeValue } from '@resync/cache-contract';

/**
 * The keys of one namespace on the server. The braces make them share a slot, so that a script may
 * touch several.
 */
export class KeyNames {
  readonly generation: string;
  /** Where every change of an entry is announced. */
  readonly channel: string;
  /** What SCAN is asked for. */
  readonly entryPattern: string;
  readonly #entry: string;
  readonly #lease: string;

  /** @throws CacheError `INVALID_OPTION` */
  constructor(namespace: string) {
    if (typeof namespace !== 'string' || !/^[\w.-]{1,100}$/.test(namespace)) {
      throw new CacheError(
        'INVALID_OPTION',
        `expected a namespace of 1 to 100 letters, digits, ".", "_" and "-"; got ${describeValue(namespace)}`,
      );
    }
    const tag = `{${namespace}}`;
    this.generation = `${tag}g`;
    this.channel = `${tag}c`;
    this.#entry = `${tag}e:`;
    this.#lease = `${tag}l:`;
    this.entryPattern = `${this.#entry}*`;
  }

  entry(key: string): string {
    return this.#entry + key;
  }

  lease(key: string): string {
    return this.#lease + key;
  }

  /** The key whose entry has that name. */
  keyOf(entry: string): string {
    return entry.slice(this.#entry.length);
  }
}
