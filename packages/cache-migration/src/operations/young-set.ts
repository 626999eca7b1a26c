import type { Clock } from '@resync/cache-contract';
import type { Leases } from '../keys/leases.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import type { Nursery } from '../sides/nursery.js';
import type { Sides } from '../sides/sides.js';
import type { WritePath } from './write-path.js';

/** What sets need as long as they are young. */
export interface YoungSetSettings<V> {
  readonly sides: Sides<V>;
  readonly nursery: Nursery;
  readonly leases: Leases;
  readonly counter: MigrationCounter;
  readonly clock: Clock;
  /** Where everything else is done. */
  readonly inFull: WritePath<V>;
}
