import { CacheError, describeValue } from '@resync/cache-contract';

const LEASES = 'resync-lease:';

/** Where on the server the entries of one cache are, and beside them their leases. */
export class RedisKeys {
  readonly #prefix: string;

  /** @throws CacheError `INVALID_OPTION` where the prefix would take in the keys of others, or the leases */
  constructor(prefix: string) {
    if (typeof prefix !== 'string' || prefix === '') {
      throw new CacheError(
        'INVALID_OPTION',
        `expected a prefix of its own for the keys of this cache; got ${describeValue(prefix)}`,
      );
    }
    if (LEASES.startsWith(prefix) || prefix.startsWith(LEASES)) {
      throw new CacheError(
        'INVALID_OPTION',
        `expected a prefix that does not take in "${LEASES}", where leases are; got ${describeValue(prefix)}`,
      );
    }
    this.#prefix = prefix;
  }

  entry(key: string): string {
    return this.#prefix + key;
  }

  /** The entry and its lease. */
  pair(key: string): [string, string] {
    return [this.#prefix + key, LEASES + this.#prefix + key];
  }

  /** The key of the contract under which the server has an entry. */
  keyOf(entry: string): string {
    return entry.slice(this.#prefix.length);
  }

  /** Glob patterns for `SCAN MATCH`. */
  get allEntries(): string {
    return `${literally(this.#prefix)}*`;
  }

  get allLeases(): string {
    return `${LEASES}${literally(this.#prefix)}*`;
  }
}

function literally(text: string): string {
  return text.replaceAll(/[*?[\]\\^-]/g, String.raw`\$&`);
}
