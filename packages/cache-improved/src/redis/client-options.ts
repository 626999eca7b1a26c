import { CacheError, describeValue } from '@resync/cache-contract';

/** What a client is made with so that it survives an outage; for `createClient` of the `redis` package. */
export interface RedisClientSettings {
  readonly url: string;
  readonly disableOfflineQueue: true;
  readonly pingInterval: number;
  readonly socket: {
    readonly connectTimeout: number;
    readonly socketTimeout: number;
    readonly reconnectStrategy: (retries: number) => number;
  };
}

/** Milliseconds. */
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2000;

/**
 * Options for `createClient`: nothing is queued while there is no connection; one on which nothing has
 * moved for `silence` milliseconds is given up, though it looks open; it is connected anew for ever, at
 * most two seconds apart. (The client's own defaults queue, keep a dead connection until the system
 * gives it up, and end for good after a `socketTimeout`.) Listen to its `error` event.
 *
 * @param silence milliseconds, default 5000
 * @throws CacheError `INVALID_OPTION`
 */
export function redisClientOptions(url: string, silence = 5000): RedisClientSettings {
  if (!(silence >= 100)) {
    throw new CacheError(
      'INVALID_OPTION',
      `expected silence of at least 100 milliseconds; got ${describeValue(silence)}`,
    );
  }
  return {
    url,
    disableOfflineQueue: true,
    // The pings keep an idle connection; on a dead one the first goes unanswered, and no other follows.
    pingInterval: Math.floor(silence / 3),
    socket: {
      connectTimeout: silence,
      socketTimeout: silence,
      reconnectStrategy: (retries) => Math.min(FIRST_RETRY * 2 ** retries, LONGEST_RETRY),
    },
  };
}
