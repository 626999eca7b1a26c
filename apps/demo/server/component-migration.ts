import type { Cache } from '@resync/cache-contract';
import { ChaosCache } from '@resync/cache-contract/testing';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { AsyncTTLCache, legacyCache } from '@resync/cache-legacy';
import {
  CacheMigrationManager,
  combineObservers,
  type CacheMigrationOptions,
  type MigrationObserver,
  type WarmUp,
} from '@resync/cache-migration';
import { ComponentTally } from './component-tally.js';
import { LiveWatch } from './live/live-watch.js';
import { SampledRouter } from './live/sampled-router.js';
import type { Router } from './router.js';

/** Makes the router of a component. */
export type RouterFactory = <V>(options: CacheMigrationOptions<V>) => Router<V>;

/** A component with its two caches and what moves it. */
export interface ComponentMigration<V = unknown> {
  readonly component: string;
  readonly router: Router<V>;
  /** The old cache itself; undefined: it is none of this process. */
  readonly old: AsyncTTLCache<V> | undefined;
  /** The new cache can be made to fail. */
  readonly chaos: ChaosCache<V>;
  /** So can the old one. */
  readonly legacyChaos: ChaosCache<V>;
  /** Empties the new cache, whatever is wrong with it. */
  readonly emptyNext: () => Promise<void>;
  /** Copies the old cache into the new one, where the router can; undefined: it cannot. */
  readonly warmUp: () => WarmUp | undefined;
  readonly tally: ComponentTally;
  readonly watch: LiveWatch;
}

/** What a component's caches are like. */
export interface ComponentSettings<V> {
  readonly component: string;
  /** Lifetime of an entry without one, in milliseconds. */
  readonly defaultTtl: number;
  /** In place of the old cache in memory. */
  readonly legacy?: Cache<V>;
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
  const { old, legacy } = legacyOf(settings);
  const legacyChaos = new ChaosCache<V>(legacy);
  const next = settings.next ?? createImprovedCache<V>(defaultTtl);
  const chaos = new ChaosCache<V>(next);
  const watch = new LiveWatch({ legacy: legacyChaos, next: chaos });
  const router = settings.createRouter<V>({
    component,
    legacy: legacyChaos,
    next: chaos,
    // Where legacy is its own the demo is one process, also in front of a Redis.
    ...(old !== undefined && { soleProcess: true }),
    observer: combineObservers(tally, watch.observer, ...(metrics === undefined ? [] : [metrics])),
    latencyEvery: 4,
    shadow: { rate: 0.1 },
  });
  return {
    component,
    router: new SampledRouter(router, (key) => watch.saw(key)),
    old,
    chaos,
    legacyChaos,
    emptyNext: () => next.clear(),
    warmUp: () => router.warmUp?.(),
    tally,
    watch,
  };
}

/** The old cache: one in memory, where none is given. */
function legacyOf<V>({ legacy, defaultTtl }: ComponentSettings<V>): {
  readonly old: AsyncTTLCache<V> | undefined;
  readonly legacy: Cache<V>;
} {
  if (legacy !== undefined) return { old: undefined, legacy };
  const old = new AsyncTTLCache<V>({ ttlSeconds: defaultTtl / 1000 });
  return { old, legacy: legacyCache<V>(old) };
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
