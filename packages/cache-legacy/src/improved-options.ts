import { MAX_TTL, type Clock } from '@resync/cache-contract';
import { settingsFrom, type AsyncTTLCacheOptions } from './async-ttl-cache-options.js';
import { entryWeight } from './entry-weight.js';
import { milliseconds, SECOND } from './milliseconds.js';

/**
 * Options of the new cache that make it behave as the old one did. The old defaults are among them,
 * because the new ones differ.
 */
export interface ImprovedOptions {
  /** Milliseconds. */
  readonly defaultTtl: number;
  /** Milliseconds. */
  readonly cleanupInterval: number;
  readonly maxEntries: number;
  /** Kept to the byte; the old cache estimated from the first hundred entries. */
  readonly maxBytes: number;
  /** The old cache's weight of an entry in bytes, which is shallow. */
  readonly sizeOf: (value: unknown, key: string) => number;
  readonly policy: 'lru';
  readonly expiry: 'sliding';
  readonly clock?: Clock;
}

/** A given option that the new cache does not have. */
export interface OptionWithoutCounterpart {
  readonly option: string;
  readonly value: unknown;
  readonly why: string;
}

/** What `improvedOptionsFrom` makes of the old options. */
export interface ImprovedOptionsReport {
  readonly options: ImprovedOptions;
  readonly withoutCounterpart: readonly OptionWithoutCounterpart[];
}

/** Why an option has no counterpart; undefined where it has one. */
const WITHOUT_COUNTERPART = {
  ttlSeconds: undefined,
  cleanupInterval: undefined,
  numShards: 'the new cache is one map: its operations do not wait for each other',
  maxEntries: undefined,
  maxMemoryMb: undefined,
  paranoiaMode:
    'where it is on, its caps are in maxEntries and maxBytes; nothing else was behind it',
  clock: undefined,
} satisfies Record<keyof AsyncTTLCacheOptions, string | undefined>;

const KNOWN = new Map<string, string | undefined>(Object.entries(WITHOUT_COUNTERPART));

/**
 * The old cache's options in the new cache's names and units. What has no counterpart there is
 * reported and not dropped, a name that the old cache does not know as well.
 *
 * @throws RangeError for what the old cache's constructor refuses
 */
export function improvedOptionsFrom(
  legacyOptions: AsyncTTLCacheOptions = {},
): ImprovedOptionsReport {
  const { ttlSeconds, cleanupInterval, maxEntries, maxBytes } = settingsFrom(legacyOptions);
  const { clock } = legacyOptions;
  return {
    options: {
      defaultTtl: milliseconds(ttlSeconds),
      // A clean-up that never comes is one a year there.
      cleanupInterval: Math.min(cleanupInterval * SECOND, MAX_TTL),
      maxEntries,
      maxBytes: Math.max(1, Math.floor(maxBytes)),
      sizeOf: (value, key) => entryWeight(key, value),
      policy: 'lru',
      expiry: 'sliding',
      ...(clock !== undefined && { clock }),
    },
    withoutCounterpart: Object.entries<unknown>({ ...legacyOptions }).flatMap(([option, value]) => {
      const why = KNOWN.has(option) ? KNOWN.get(option) : 'not an option of AsyncTTLCache';
      const isLeftOut = KNOWN.has(option) && value === undefined;
      return why === undefined || isLeftOut ? [] : [{ option, value, why }];
    }),
  };
}
