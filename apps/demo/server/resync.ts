import { systemClock, type Cache } from '@resync/cache-contract';
import { ImprovedAsyncCache, MemoryStore } from '@resync/cache-improved';
import { RedisStorage } from '@resync/cache-improved/redis';
import { combineObservers, type MigrationObserver } from '@resync/cache-migration';
import { Registry } from 'prom-client';
import { CacheHierarchy } from '../consumers/cache-hierarchy.js';
import { CoreBoot, type ComponentDescriptor } from '../consumers/core-boot.js';
import { HealthService } from '../consumers/health-service.js';
import { CircuitBreaker } from '../consumers/llm/circuit-breaker.js';
import { LanguageModelClient } from '../consumers/llm/language-model-client.js';
import { LlmMonitor } from '../consumers/llm/llm-monitor.js';
import { LlmOptimizer } from '../consumers/llm/llm-optimizer.js';
import { MovingWindowLimiter } from '../consumers/rate-limits/moving-window-limiter.js';
import { RateLimitMigrationManager } from '../consumers/rate-limits/rate-limit-migration-manager.js';
import { TokenBucketLimiter } from '../consumers/rate-limits/token-bucket-limiter.js';
import { JobDesk } from '../consumers/tws/job-desk.js';
import { TWSMigrationManager } from '../consumers/tws/tws-migration-manager.js';
import { TwsRestClient } from '../consumers/tws/tws-rest-client.js';
import {
  boundedTransport,
  plainTransport,
  retryingTransport,
  type TwsEndpoint,
} from '../consumers/tws/tws-transport.js';
import { DemoError } from '../demo-error.js';
import type { Settings } from '../settings.js';
import { closeAll, type Closer } from './closers.js';
import {
  createComponentMigration,
  createManager,
  type ComponentMigration,
  type RouterFactory,
} from './component-migration.js';
import { showMoves, shownNext, shownRouters } from './metrics/component-metrics.js';
import { createDemoMetrics, type DemoMetrics } from './metrics/demo-metrics.js';
import { connectRedis } from './redis-connection.js';
import type { ServiceComponent } from './service-component.js';
import { ServiceTally } from './service-tally.js';
import { startUpstreams, type Upstreams } from './upstreams.js';
import { restoreFrom, saveTo } from './warm-restart.js';

/** The service, put together. */
export interface Resync {
  readonly core: CoreBoot;
  readonly health: HealthService;
  readonly optimizer: LlmOptimizer;
  readonly monitor: LlmMonitor;
  readonly jobs: JobDesk;
  readonly hierarchy: CacheHierarchy;
  readonly rateLimits: RateLimitMigrationManager;
  /** The caches, in the order of the rollout. */
  readonly migrations: readonly ComponentMigration[];
  /** What migrates beside them. */
  readonly services: readonly ServiceComponent[];
  readonly registry: Registry;
  /** `undefined`: switched off. */
  readonly metrics: DemoMetrics | undefined;
  /** Shuts everything down that was started; the first error is thrown last. */
  close(): Promise<void>;
}

/** What tests and scenarios put in the place of what users get. */
export interface ResyncOptions {
  readonly createRouter?: RouterFactory;
  /** Milliseconds; 0: there is no level one. */
  readonly l1Ttl?: number;
  /** Both caches of each component. Default: in memory, and next of the hierarchy where the settings say. */
  readonly createSides?: SidesFactory;
}

/** Makes the two caches of a component, whose entries live so many milliseconds by default. */
export type SidesFactory = <V>(component: string, defaultTtl: number) => Sides<V>;

interface Sides<V> {
  readonly legacy: Cache<V>;
  readonly next: ImprovedAsyncCache<V>;
}

const SECOND = 1000;
const L1_ENTRIES = 5000;
/** To the scheduler at once. */
const TWS_REQUESTS = 64;
const TTLS = { core: 60 * SECOND, health: 10 * SECOND, llm: 300 * SECOND, hierarchy: 600 * SECOND };

/** The caches that migrate, in the order of the rollout. */
export const COMPONENTS: readonly string[] = Object.keys(TTLS);

/** Starts the stand-ins, connects the clients, and composes the consumers over their caches. */
export async function startResync(
  settings: Settings,
  options: ResyncOptions = {},
): Promise<Resync> {
  const closers: Closer[] = [];
  try {
    return { ...(await compose(settings, options, closers)), close: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function compose(
  settings: Settings,
  { createRouter = createManager, l1Ttl = SECOND, createSides }: ResyncOptions,
  closers: Closer[],
): Promise<Omit<Resync, 'close'>> {
  const upstreams = await startUpstreams(settings, closers);
  const registry = new Registry();
  const shown = settings.flags.enableMetrics ? createDemoMetrics(registry) : undefined;
  const metrics = shown?.migration;

  const migrationOf = <V>(
    component: keyof typeof TTLS,
    onRedis?: ImprovedAsyncCache<V>,
  ): ComponentMigration<V> => {
    const defaultTtl = TTLS[component];
    const sides = createSides?.<V>(component, defaultTtl);
    const given = sides?.next ?? onRedis;
    const next = metrics
      ? shownNext(metrics, component, { defaultTtl, ...(given && { given }) })
      : given;
    const migration = createComponentMigration<V>({
      component,
      defaultTtl,
      createRouter: metrics ? shownRouters(metrics, createRouter) : createRouter,
      metrics: metrics?.observer(component),
      ...(sides && { legacy: sides.legacy }),
      ...(next && { next }),
    });
    closers.push(() => migration.router.shutdown());
    return migration;
  };
  const core = migrationOf<ComponentDescriptor>('core');
  const health = migrationOf<unknown>('health');
  const llm = migrationOf<string>('llm');
  const hierarchy = migrationOf<unknown>('hierarchy', await cacheOnRedis(settings, closers));

  const { old, router } = hierarchy;
  if (settings.snapshotFile !== undefined && old !== undefined) {
    const file = settings.snapshotFile;
    await restoreFrom(file, { old });
    closers.push(() => saveTo(file, { old, router }));
  }

  const tally = (component: string): TalliedObserver =>
    talliedObserver(metrics?.observer(component));
  const tws = tally('tws');
  const twsManager = await connectTws(upstreams.tws, tws.observer, closers);
  const limits = tally('rate-limit');
  const rateLimits = new RateLimitMigrationManager({
    legacy: new MovingWindowLimiter({ clock: systemClock }),
    next: new TokenBucketLimiter({ clock: systemClock }),
    observer: limits.observer,
  });
  closers.push(() => rateLimits.shutdown());

  const levels = new CacheHierarchy({
    l1: new MemoryStore<unknown>({ maxEntries: L1_ENTRIES, policy: 'lru' }),
    l1Ttl,
    l2: hierarchy.router,
    clock: systemClock,
    prefix: 'resync:',
    ...(shown && { onLatency: shown.hierarchy.onLatency }),
  });
  shown?.hierarchy.show(levels);
  const budget = settings.llmBudget;
  const monitor = shown?.monitor({ budget }) ?? new LlmMonitor({ budget });
  const breaker = new CircuitBreaker({ clock: systemClock });
  const resync = {
    core: new CoreBoot(core.router),
    health: new HealthService({
      cache: health.router,
      caches: { health: health.router, hierarchy: hierarchy.router },
      upstreams: { tws: () => twsManager.client.healthCheck() },
    }),
    optimizer: optimizerOver(llm, { languageModel: upstreams.languageModel, breaker, monitor }),
    monitor,
    jobs: new JobDesk(levels, twsManager.client),
    hierarchy: levels,
    rateLimits,
    migrations: [core, health, llm, hierarchy] as readonly ComponentMigration[],
    services: [
      { component: 'tws', migration: twsManager, tally: tws.tally },
      { component: 'rate-limit', migration: rateLimits, tally: limits.tally },
    ],
    registry,
    metrics: shown,
  };
  if (metrics) {
    for (const { component, migration } of resync.services)
      showMoves(metrics, component, migration);
  }
  closers.push(async () => resync.health.close());
  boot(resync, { cache: hierarchy, breaker });
  return resync;
}

/** Level two of the hierarchy, where a Redis is set; encrypted where a key is. */
async function cacheOnRedis(
  { redisUrl, encryptionKey }: Settings,
  closers: Closer[],
): Promise<ImprovedAsyncCache | undefined> {
  if (redisUrl === undefined) return undefined;
  const client = await connectRedis(redisUrl);
  closers.push(async () => client.destroy());
  return new ImprovedAsyncCache<unknown>({
    storage: new RedisStorage<unknown>({
      client,
      namespace: 'resync-hierarchy',
      ...(encryptionKey && { encryption: { keys: [{ id: 'settings', key: encryptionKey }] } }),
    }),
    defaultTtl: TTLS.hierarchy,
  });
}

interface TalliedObserver {
  readonly observer: MigrationObserver;
  readonly tally: ServiceTally;
}

function talliedObserver(metrics: MigrationObserver | undefined): TalliedObserver {
  const tally = new ServiceTally();
  return { tally, observer: metrics === undefined ? tally : combineObservers(tally, metrics) };
}

/** The old client sends each request once; the new one tries reads again. */
async function connectTws(
  endpoint: TwsEndpoint,
  observer: MigrationObserver,
  closers: Closer[],
): Promise<TWSMigrationManager> {
  const transport = boundedTransport(plainTransport(endpoint), TWS_REQUESTS);
  const retrying = retryingTransport(transport, { clock: systemClock, random: Math.random });
  const manager = new TWSMigrationManager({
    legacy: new TwsRestClient(transport),
    next: new TwsRestClient(retrying),
    observer,
  });
  closers.push(() => manager.disconnect());
  try {
    await manager.connect();
  } catch (error) {
    throw new DemoError(`expected a scheduler at TWS_BASE_URL; ${String(error)}`);
  }
  return manager;
}

function optimizerOver(
  { router }: ComponentMigration<string>,
  {
    languageModel: { simple, complex, ...endpoint },
    ...parts
  }: Pick<Upstreams, 'languageModel'> & {
    readonly breaker: CircuitBreaker;
    readonly monitor: LlmMonitor;
  },
): LlmOptimizer {
  return new LlmOptimizer({
    cache: router,
    client: new LanguageModelClient(endpoint),
    models: { simple, complex },
    clock: systemClock,
    ...parts,
  });
}

function boot(
  { core, health, optimizer, jobs }: Pick<Resync, 'core' | 'health' | 'optimizer' | 'jobs'>,
  { cache, breaker }: { readonly cache: ComponentMigration; readonly breaker: CircuitBreaker },
): void {
  core.registerComponent('CacheSystem', cache.router, () =>
    cache.router.status.legacy.isCold ? 'degraded' : 'healthy',
  );
  core.registerComponent('HealthService', health);
  core.registerComponent('LlmOptimizer', optimizer, () =>
    breaker.state === 'closed' ? 'healthy' : 'degraded',
  );
  core.registerComponent('JobDesk', jobs);
}
