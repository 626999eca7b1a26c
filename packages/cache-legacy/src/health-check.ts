import { wordsOf } from './verdict.js';

/** How a cache is, in the old words. */
export interface HealthReport {
  /**
   * `critical`: it does not do what it is asked. `error`: it is over its bounds, or its figures
   * cannot be. `warning`: it works, and something beside it does not.
   */
  readonly status: 'healthy' | 'warning' | 'error' | 'critical';
  readonly component: 'async_cache';
  /** May serve: `healthy` or `warning`. */
  readonly production_ready: boolean;
  readonly size: number;
  readonly num_shards: number;
  readonly shard_sizes: readonly number[];
  readonly cleanup_status: 'running' | 'stopped';
  /** Null only over a cache that does not tell its default lifetime. */
  readonly ttl_seconds: number | null;
  readonly hit_rate: number;
  readonly bounds_compliant: boolean;
  /** What is wrong, the worst first; left out where nothing is. */
  readonly error?: string;
}

/** The figures that are judged, and reported as they are. */
export type HealthFigures = Pick<
  HealthReport,
  | 'size'
  | 'num_shards'
  | 'shard_sizes'
  | 'cleanup_status'
  | 'ttl_seconds'
  | 'hit_rate'
  | 'bounds_compliant'
>;

/** What the checks need of a cache. */
export interface HealthView {
  /** Uses the cache, and says what was wrong; what it throws is wrong as well. */
  readonly probe: () => string | undefined | Promise<string | undefined>;
  /** Asked after the probe; never throws. */
  readonly figures: () => HealthFigures | Promise<HealthFigures>;
}

/**
 * A shard may be three times as large as the mean, and that is judged from a mean of ten entries
 * on. With one entry for each shard chance alone puts more than three into every fiftieth; with ten
 * it puts more than thirty into one of ten million, so that such a shard tells of the keys.
 */
const BALANCE = { largest: 3, fromMean: 10 } as const;

/** The old cache's checks. Never rejects; it waits as long as the probe does. */
export async function checkHealth({ probe, figures }: HealthView): Promise<HealthReport> {
  const failure = await failureOf(probe);
  const seen = await figures();
  const faults = [...(failure === undefined ? [] : [critical(failure)]), ...faultsIn(seen)];
  const status = faults[0]?.status ?? 'healthy';
  return {
    status,
    component: 'async_cache',
    production_ready: status === 'healthy' || status === 'warning',
    ...seen,
    ...(faults.length > 0 && { error: faults.map(({ error }) => error).join('; ') }),
  };
}

interface Fault {
  readonly status: Exclude<HealthReport['status'], 'healthy'>;
  readonly error: string;
}

function critical(error: string): Fault {
  return { status: 'critical', error: `the probe failed: ${error}` };
}

async function failureOf(probe: HealthView['probe']): Promise<string | undefined> {
  try {
    return await probe();
  } catch (error) {
    return wordsOf(error);
  }
}

/** The worst first. */
function faultsIn(seen: HealthFigures): Fault[] {
  const faults: Fault[] = [];
  if (!seen.bounds_compliant) faults.push({ status: 'error', error: 'it is over its bounds' });
  if (!(seen.hit_rate >= 0 && seen.hit_rate <= 1)) {
    faults.push({ status: 'error', error: `expected a hit rate of 0 to 1; got ${seen.hit_rate}` });
  }
  // A cache that was never used has not started its clean-up, and has nothing to clean.
  if (seen.cleanup_status === 'stopped' && seen.size > 0) {
    faults.push({ status: 'warning', error: 'the clean-up is stopped, and entries are there' });
  }
  const mean = seen.size / seen.num_shards;
  const largest = seen.shard_sizes.reduce((a, b) => Math.max(a, b), 0);
  if (mean >= BALANCE.fromMean && largest > BALANCE.largest * mean) {
    faults.push({
      status: 'warning',
      error: `the largest shard has ${largest} entries, the mean one ${mean}`,
    });
  }
  return faults;
}
