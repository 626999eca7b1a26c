import { DemoError } from '../demo-error.js';

/** How many processes serve, and on what. */
export interface FleetOptions {
  readonly workers: number;
  /** Where the old caches are. */
  readonly from: LegacyServer;
  /** Whether each process keeps a level one of its own in front of the hierarchy. */
  readonly l1: 'off' | 'on';
}

export type LegacyServer = 'redis' | 'memcached';

/** What was given on the command line. */
export interface FleetArguments {
  readonly workers?: string | undefined;
  readonly from?: string | undefined;
  readonly l1?: boolean | undefined;
}

const MOST_WORKERS = 16;

/**
 * Undefined: there is one process.
 *
 * @throws DemoError
 */
export function fleetOptionsFrom({
  workers,
  from = 'redis',
  l1,
}: FleetArguments): FleetOptions | undefined {
  if (workers === undefined) {
    if (from === 'redis' && l1 !== true) return undefined;
    throw new DemoError('expected --workers beside --from and --l1, which are for a fleet');
  }
  const count = Number(workers);
  if (!Number.isInteger(count) || count < 2 || count > MOST_WORKERS) {
    throw new DemoError(
      `expected --workers to be a number from 2 to ${MOST_WORKERS}; got ${JSON.stringify(workers)}`,
    );
  }
  if (from !== 'redis' && from !== 'memcached') {
    throw new DemoError(`expected --from redis or memcached; got ${JSON.stringify(from)}`);
  }
  return { workers: count, from, l1: l1 === true ? 'on' : 'off' };
}
