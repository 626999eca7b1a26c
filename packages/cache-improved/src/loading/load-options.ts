import { CacheError, describeValue, MAX_TTL, wholeTtl } from '@resync/cache-contract';
import { checkedTags, UNTAGGED } from '../tags/tags.js';

/** How `getOrSet` loads; what is left out of a call is as the cache was told. */
export interface LoadDefaults {
  /**
   * For how many milliseconds after its end a loaded value may still be the answer: while a load
   * takes longer than `softTimeout`, when one fails, and while none is made after a failure. It has
   * to be asked for by the call that loads and by the one that reads. Default 0: never.
   */
  readonly grace?: number;
  /**
   * Milliseconds after which a value in its grace is the answer though the load goes on; `0`: at once
   * (stale while revalidate). Default: the load is waited for.
   */
  readonly softTimeout?: number;
  /**
   * Milliseconds after which the call fails with `LOAD_TIMEOUT`, or answers with a value in its grace.
   * Default: never.
   */
  readonly hardTimeout?: number;
  /**
   * The share of its lifetime, over 0 and below 1, after which a read of a loaded value loads it anew
   * in the background. Default: none.
   */
  readonly eagerRefresh?: number;
  /**
   * For how many milliseconds the first failure of a key is the answer to all, before anybody loads
   * again. Doubles with each further failure, up to `maxNegativeTtl`, and up to half of it is taken
   * off at random. `0`: no failure is remembered. Default one second.
   */
  readonly negativeTtl?: number;
  /** Milliseconds, default thirty seconds. */
  readonly maxNegativeTtl?: number;
}

/** Options of one `getOrSet` or `getOrSetMany`. */
export interface LoadOptions extends LoadDefaults {
  /** Lifetime of the loaded value, in milliseconds. Default: as for `set`. */
  readonly ttl?: number;
  /** The loaded value has these tags. Default: none. */
  readonly tags?: readonly string[];
  /** The caller gives up: its call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** All options of a call, checked. */
export interface LoadPolicy {
  readonly ttl: number | undefined;
  readonly tags: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly grace: number;
  readonly softTimeout: number | undefined;
  readonly hardTimeout: number | undefined;
  readonly eagerRefresh: number | undefined;
  readonly negativeTtl: number;
  readonly maxNegativeTtl: number;
}

const SECOND = 1000;

/** What holds where nobody says anything. */
export const PLAIN_LOADS: LoadPolicy = {
  ttl: undefined,
  tags: UNTAGGED,
  signal: undefined,
  grace: 0,
  softTimeout: undefined,
  hardTimeout: undefined,
  eagerRefresh: undefined,
  negativeTtl: SECOND,
  maxNegativeTtl: 30 * SECOND,
};

/**
 * The options of a call, over those of the cache.
 *
 * @throws CacheError `INVALID_OPTION` or `INVALID_TTL`
 */
export function loadPolicy(options: LoadOptions | undefined, defaults: LoadPolicy): LoadPolicy {
  if (options === undefined) return defaults;
  const policy: LoadPolicy = {
    ttl: options.ttl === undefined ? undefined : wholeTtl(options.ttl),
    tags: checkedTags(options.tags),
    signal: options.signal,
    grace: options.grace ?? defaults.grace,
    softTimeout: options.softTimeout ?? defaults.softTimeout,
    hardTimeout: options.hardTimeout ?? defaults.hardTimeout,
    eagerRefresh: options.eagerRefresh ?? defaults.eagerRefresh,
    negativeTtl: options.negativeTtl ?? defaults.negativeTtl,
    maxNegativeTtl: options.maxNegativeTtl ?? defaults.maxNegativeTtl,
  };
  checkPolicy(policy);
  return policy;
}

function checkPolicy(policy: LoadPolicy): void {
  const { softTimeout, hardTimeout, eagerRefresh, signal } = policy;
  span('grace', policy.grace);
  span('negativeTtl', policy.negativeTtl);
  span('maxNegativeTtl', policy.maxNegativeTtl);
  if (softTimeout !== undefined) span('softTimeout', softTimeout);
  if (hardTimeout !== undefined) span('hardTimeout', hardTimeout);
  if (hardTimeout === 0) refuse('hardTimeout over 0', hardTimeout);
  if (softTimeout !== undefined && hardTimeout !== undefined && softTimeout >= hardTimeout) {
    refuse(`softTimeout below hardTimeout (${hardTimeout})`, softTimeout);
  }
  if (eagerRefresh !== undefined && !(eagerRefresh > 0 && eagerRefresh < 1)) {
    refuse('eagerRefresh to be a share of the lifetime, over 0 and below 1', eagerRefresh);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('an AbortSignal', signal);
}

function span(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value <= MAX_TTL) return;
  refuse(`${name} in milliseconds from 0 to ${MAX_TTL} (one year)`, value);
}

function refuse(expected: string, value: unknown): never {
  throw new CacheError('INVALID_OPTION', `expected ${expected}; got ${describeValue(value)}`);
}
