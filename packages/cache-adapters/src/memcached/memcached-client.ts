/** What `gets` knows of one key. */
export interface MemcachedItem {
  readonly value: unknown;
  readonly casUniq?: number | string | undefined;
}

/**
 * The part of a `MemcacheClient` of memcache-client that the adapter uses, for one server: given several,
 * that client asks any of them.
 */
export interface MemcachedClient {
  gets(keys: string[]): Promise<unknown>;
  set(key: string, value: string, options: { lifetime: number }): Promise<unknown>;
  add(key: string, value: string, options: { lifetime: number }): Promise<unknown>;
  cas(
    key: string,
    value: string,
    options: { lifetime: number; casUniq: number | string },
  ): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  shutdown(): void;
}
