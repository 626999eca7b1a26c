import { systemClock } from '@resync/cache-contract';
import { ImprovedAsyncCache, MemoryStore } from '@resync/cache-improved';
import { RedisStorage, type RedisClient } from '@resync/cache-improved/redis';
import { createMigrationMetrics } from '@resync/migration-metrics';
import { Registry } from 'prom-client';
import { createClient } from 'redis';
import { CacheHierarchy } from '../consumers/cache-hierarchy.js';
import { CoreBoot, type ComponentDescriptor } from '../consumers/core-boot.js';
import { HealthService } from '../consumers/health-service.js';
import { JobDesk } from '../consumers/job-desk.js';
import type { Job } from '../consumers/job.js';
import { LanguageModelClient } from '../consumers/language-model-client.js';
import { LlmOptimizer } from '../consumers/llm-optimizer.js';
import { TwsClient } from '../consumers/tws-client.js';
import { DemoError } from '../demo-error.js';
import type { Settings } from '../settings.js';
import { startLanguageModelServer } from '../stand-ins/language-model-server.js';
import { startTwsServer } from '../stand-ins/tws-server.js';
import {
  createComponentMigration,
  createManager,
  type ComponentMigration,
  type RouterFactory,
} from './component-migration.js';

/** The service, put together. */
export interface Resync {
  readonly core: CoreBoot;
  readonly health: HealthService;
  readonly optimizer: LlmOptimizer;
  readonly jobs: JobDesk;
  /** In the order of the rollout. */
  readonly migrations: readonly ComponentMigration[];
  readonly registry: Registry;
  /** Shuts everything down that was started; the first error is thrown last. */
  close(): Promise<void>;
}

/** What tests put in the place of what users get. */
export interface ResyncOptions {
  readonly createRouter?: RouterFactory;
  readonly l1Ttl?: number;
}

/** Closes one thing that was started. */
type Closer = () => Promise<unknown>;

/** As many jobs as the stand-in of the scheduler has. */
export const JOBS = 500;

const SEED = 20_261_122;
const SECOND = 1000;
const CREDENTIALS = { user: 'resync', password: 'stand-in' };

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
  { createRouter = createManager, l1Ttl = SECOND }: ResyncOptions,
  closers: Closer[],
): Promise<Omit<Resync, 'close'>> {
  const tws = await startTwsServer({ seed: SEED, jobs: JOBS, ...CREDENTIALS });
  closers.push(() => tws.close());
  const languageModel = settings.languageModel ?? (await startStandInModel(closers));
  const redis = settings.redisUrl === undefined ? undefined : await connectRedis(settings.redisUrl);
  if (redis !== undefined) closers.push(async () => redis.destroy());

  const registry = new Registry();
  const metrics = settings.flags.enableMetrics ? createMigrationMetrics({ registry }) : undefined;
  const migrationOf = <V>(
    component: string,
    defaultTtl: number,
    next?: ImprovedAsyncCache<V>,
  ): ComponentMigration<V> => {
    const migration = createComponentMigration<V>({
      component,
      defaultTtl,
      createRouter,
      metrics: metrics?.observer(component),
      ...(next && { next }),
    });
    closers.push(() => migration.router.shutdown());
    return migration;
  };

  const core = migrationOf<ComponentDescriptor>('core', 60 * SECOND);
  const health = migrationOf<string>('health', 10 * SECOND);
  const llm = migrationOf<string>('llm', 300 * SECOND);
  const hierarchy = migrationOf<Job | readonly Job[]>(
    'hierarchy',
    600 * SECOND,
    redis &&
      new ImprovedAsyncCache({
        storage: new RedisStorage({ client: redis, namespace: 'resync-hierarchy' }),
        defaultTtl: 600 * SECOND,
      }),
  );

  const boot = new CoreBoot(core.router);
  const levels = new CacheHierarchy({
    l1: new MemoryStore<Job | readonly Job[]>({ maxEntries: 5000 }),
    l1Ttl,
    l2: hierarchy.router,
    clock: systemClock,
  });
  const { model, ...endpoint } = languageModel;
  const resync = {
    core: boot,
    health: new HealthService(health.router),
    optimizer: new LlmOptimizer(llm.router, new LanguageModelClient(endpoint), {
      simple: model,
      complex: model,
    }),
    jobs: new JobDesk(levels, new TwsClient({ url: tws.url, ...CREDENTIALS })),
    migrations: [core, health, llm, hierarchy] as readonly ComponentMigration[],
    registry,
  };
  boot.registerComponent('CacheSystem', hierarchy.router);
  boot.registerComponent('HealthService', resync.health);
  boot.registerComponent('LlmOptimizer', resync.optimizer);
  boot.registerComponent('JobDesk', resync.jobs);
  return resync;
}

async function startStandInModel(
  closers: Closer[],
): Promise<{ url: string; apiKey: undefined; model: string }> {
  const standIn = await startLanguageModelServer({ seed: SEED });
  closers.push(() => standIn.close());
  return { url: `${standIn.url}/v1`, apiKey: undefined, model: 'stand-in' };
}

async function connectRedis(url: string): Promise<RedisClient & { destroy(): void }> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2000, reconnectStrategy: (retries) => Math.min(100 * retries, 2000) },
  });
  let isConnected = false;
  const refusal = new Promise<never>((_, reject) => {
    client.on('error', (error: unknown) => {
      if (!isConnected) reject(new DemoError(`expected a Redis at REDIS_URL; ${String(error)}`));
    });
  });
  try {
    await Promise.race([client.connect(), refusal]);
  } catch (error) {
    client.destroy();
    throw error;
  }
  isConnected = true;
  return client;
}

/** In reverse order of starting. */
async function closeAll(closers: readonly Closer[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of [...closers].reverse()) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
