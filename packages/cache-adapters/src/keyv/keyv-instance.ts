/** An entry as Keyv keeps it. */
export interface KeyvRaw {
  readonly value?: unknown;
  /** Milliseconds since the epoch; none: never. */
  readonly expires?: number | null | undefined;
}

/** The part of a `Keyv` of keyv 5 that the adapters use. */
export interface KeyvInstance {
  readonly store: unknown;
  readonly namespace?: string | undefined;
  readonly useKeyPrefix: boolean;
  readonly throwOnErrors: boolean;
  readonly serialize?: unknown;
  readonly ttl?: number | undefined;
  get(key: string, options: { raw: true }): Promise<KeyvRaw | undefined>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  disconnect(): Promise<void>;
}
