import { describeValue, systemClock, type Clock } from '@resync/cache-contract';
import { milliseconds } from './milliseconds.js';

/** Options in the old cache's units and words. */
export interface AsyncTTLCacheOptions {
  /** Lifetime of an entry that was set without one, in seconds. Default 60. */
  readonly ttlSeconds?: number;
  /** Seconds between two sweeps of expired entries. Default 30. */
  readonly cleanupInterval?: number;
  /** Default 16. */
  readonly numShards?: number;
  /** Default 100 000. */
  readonly maxEntries?: number;
  /** Default 100. The weight of entries is estimated, see `docs/intentional.md`. */
  readonly maxMemoryMb?: number;
  /** Caps `maxEntries` at 10 000 and `maxMemoryMb` at 10. Default false. */
  readonly paranoiaMode?: boolean;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** The options, checked, with the defaults and the caps in place. */
export interface Settings {
  readonly ttlSeconds: number;
  /** Seconds. */
  readonly cleanupInterval: number;
  readonly numShards: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly clock: Clock;
}

const MEGABYTE = 1024 * 1024;
const PARANOID_ENTRIES = 10_000;
const PARANOID_MEGABYTES = 10;

/** @throws RangeError for a figure that is no number over 0, is no whole one where shards or entries are counted, or is a lifetime over one year */
export function settingsFrom(options: AsyncTTLCacheOptions): Settings {
  const { ttlSeconds = 60, cleanupInterval = 30, numShards = 16 } = options;
  const { maxEntries = 100_000, maxMemoryMb = 100, paranoiaMode = false } = options;
  positive('ttlSeconds', ttlSeconds);
  milliseconds(ttlSeconds);
  positive('cleanupInterval', cleanupInterval);
  whole('numShards', numShards);
  if (maxEntries !== Infinity) whole('maxEntries', maxEntries);
  positive('maxMemoryMb', maxMemoryMb);
  return {
    ttlSeconds,
    cleanupInterval,
    numShards,
    maxEntries: paranoiaMode ? Math.min(maxEntries, PARANOID_ENTRIES) : maxEntries,
    maxBytes: (paranoiaMode ? Math.min(maxMemoryMb, PARANOID_MEGABYTES) : maxMemoryMb) * MEGABYTE,
    clock: options.clock ?? systemClock,
  };
}

function positive(name: string, value: number): void {
  if (typeof value === 'number' && value > 0) return;
  throw new RangeError(`expected ${name} to be a number over 0; got ${describeValue(value)}`);
}

function whole(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new RangeError(`expected ${name} to be a whole number over 0; got ${describeValue(value)}`);
}
