import { CacheError, describeValue } from '@resync/cache-contract';
import type { RedisConnection } from './redis-backend.js';

/** The part of a client of `ioredis`, or of `iovalkey`, that the adapters use; no cluster. */
export interface CallClient {
  readonly options: { readonly keyPrefix?: string | undefined };
  call(command: string, ...args: string[]): Promise<unknown>;
  quit(): Promise<unknown>;
}

/** @throws CacheError `INVALID_OPTION` for a client that changes keys itself, which a scan does not see */
export function connectionThrough(name: string, client: CallClient): RedisConnection {
  const { keyPrefix = '' } = client.options;
  if (keyPrefix !== '') {
    throw new CacheError(
      'INVALID_OPTION',
      `expected a client without keyPrefix, and the prefix as an option here; got ${describeValue(keyPrefix)}`,
    );
  }
  return {
    name,
    send: ([command = '', ...args]) => client.call(command, ...args),
    close: () => client.quit(),
  };
}
