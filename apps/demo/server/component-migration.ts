import type { Cache } from '@resync/cache-contract';
import { ChaosCache } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import {
  CacheMigrationManager,
  combineObservers,
  type CacheMigrationOptions,
  type MigrationObserver,
} from '@resync/cache-migration';
import type { ConsumerCache } from '../consumers/consumer-cache.js';
import { ComponentTally } from './component-tally.js';

/** What moves a component between its caches: the manager, or what a test puts in its place. */
type Router<V> = ConsumerCache<V> &
  Pick<
    CacheMigrationManager<V>,
    'state' | 'status' | 'transition' | 'rollback' | 'shutdown' | 'has' | 'clear'
  >;

/** Makes the router of a component. */
export type RouterFactory = <V>(options: CacheMigrationOptions<V>) => Router<V>;

/** A component with its two caches and what moves it. */
export interface ComponentMigration<V = unknown> {
  readonly component: string;
  readonly router: Router<V>;
  /** The old cache itself. */
  readonly old: AsyncTTLCache<V>;
  /** The new cache can be made to fail. */
  readonly chaos: ChaosCache<V>;
  readonly tally: ComponentTally;
}

/** What a component's caches are like. */
export interface ComponentSettings<V> {
  readonly component: string;
  /** Lifetime of an entry without one, in milliseconds. */
  readonly defaultTtl: number;
  /** In place of the new cache in memory. */
  readonly next?: Cache<V>;
  readonly metrics: MigrationObserver | undefined;
  readonly createRouter: RouterFactory;
}

/** The manager as the demo sets it up. */
export const createManager: RouterFactory = (options) => new CacheMigrationManager(options);

export function createComponentMigration<V>(settings: ComponentSettings<V>): ComponentMigration<V> {
  const { component, defaultTtl, metrics } = settings;
  const tally = new ComponentTally();
  const old = new AsyncTTLCache<V>({ ttlSeconds: defaultTtl / 1000 });
  const chaos = new ChaosCache<V>(settings.next ?? createImprovedCache<V>(defaultTtl));
  const router = settings.createRouter<V>({
    component,
    legacy: legacyCache<V>(old),
    next: chaos,
    // The demo is one process, also in front of a Redis.
    soleProcess: true,
    observer: metrics === undefined ? tally : combineObservers(tally, metrics),
    latencyEvery: 4,
    shadow: { rate: 0.1 },
  });
  return { component, router, old, chaos, tally };
}

/**
 * The new cache as the demo uses it. Its expiry slides, as that of the old one does: one thing is
 * changed at a time, and only so can entries be taken over with the lifetime that they have left.
 */
export function createImprovedCache<V>(
  defaultTtl: number,
  options: ConstructorParameters<typeof ImprovedAsyncCache<V>>[0] = {},
): ImprovedAsyncCache<V> {
  return new ImprovedAsyncCache<V>({ defaultTtl, expiry: 'sliding', ...options });
}
