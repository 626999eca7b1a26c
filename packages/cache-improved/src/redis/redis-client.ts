import { CacheError, describeValue } from '@resync/cache-contract';

/** An argument of a command. */
export type RedisArgument = string | Buffer;

/** How the replies of one command are handed over, by the type that they have on the wire. */
export interface RedisReplyTypes {
  readonly typeMapping?: Readonly<Record<number, unknown>>;
}

/** What the storage needs of the official `redis` client: one connection that answers in order. */
export interface RedisClient {
  sendCommand(args: RedisArgument[], options?: RedisReplyTypes): Promise<unknown>;
  /** Looked at when the storage is made, where it is there. */
  readonly options?: object | undefined;
}

/** Bulk strings, the type of all text on the wire (RESP: `$`), as bytes instead of text. */
export const AS_BYTES: RedisReplyTypes = { typeMapping: { ['$'.charCodeAt(0)]: Buffer } };

/**
 * Refuses a client that would send commands of before an outage after it.
 *
 * @throws CacheError `INVALID_OPTION`
 */
export function assertNoOfflineQueue(client: RedisClient): void {
  if (client.options === undefined) return;
  const { disableOfflineQueue } = client.options as { disableOfflineQueue?: unknown };
  if (disableOfflineQueue === true) return;
  throw new CacheError(
    'INVALID_OPTION',
    `expected a client made with disableOfflineQueue: true, see redisClientOptions(); got ${describeValue(disableOfflineQueue)}, with which commands pile up in an outage and are sent after it`,
  );
}
