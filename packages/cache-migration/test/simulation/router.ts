import type { LeasingCache } from '@resync/cache-contract';
import type { ManualClock } from '@resync/cache-contract/testing';
import type { MigrationState, MigrationTarget, WarmUp, WarmUpOptions } from '../../src/index.js';
import type { SteppedCache } from './stepped-cache.js';

type Cache = LeasingCache<string>;

/** What is put to the test: the manager, or a router that must be caught, which may be able to do less. */
export interface Router
  extends
    Pick<Cache, 'get' | 'set' | 'delete' | 'clear'>,
    Partial<Pick<Cache, 'lookup' | 'has' | 'size' | 'getKeys' | 'lookupOrLease' | 'fill'>> {
  readonly state: Pick<MigrationState, 'stage' | 'percentage'>;
  getOrSet?(
    key: string,
    loader: () => Promise<string>,
    options?: { readonly ttl?: number },
  ): Promise<string>;
  transition(target: MigrationTarget): Promise<void>;
  rollback(why: string, options?: { readonly cold?: true }): Promise<void>;
  warmUp?(options: WarmUpOptions): WarmUp;
}

/** Makes a router over two caches. */
export type CreateRouter = (parts: {
  readonly legacy: SteppedCache;
  readonly next: SteppedCache;
  readonly clock: ManualClock;
}) => Router;

/** What an operator does: a step to a target, or a rollback. */
export type Move = MigrationTarget | 'rollback' | 'cold rollback';

/** The move in words. */
export function describeMove(move: Move): string {
  if (typeof move === 'string') return move;
  return `to ${move.stage}${move.percentage === undefined ? '' : ` ${move.percentage}`}`;
}
