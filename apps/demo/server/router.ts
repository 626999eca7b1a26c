import type { CacheMigrationManager } from '@resync/cache-migration';
import type { ConsumerCache } from '../consumers/consumer-cache.js';

/** What moves a component between its caches: the manager, or what a test puts in its place. */
export type Router<V> = ConsumerCache<V> &
  Pick<
    CacheMigrationManager<V>,
    'state' | 'status' | 'transition' | 'rollback' | 'shutdown' | 'has' | 'clear'
  > &
  Partial<Pick<CacheMigrationManager<V>, 'warmUp'>>;
