import { LoadProcess } from '../load/load-process.js';
import type { LoadWindow } from '../load/load-messages.js';
import type { ComponentMigration, RouterFactory } from '../server/component-migration.js';
import { createHttpServer } from '../server/http-server.js';
import { startResync, type Resync } from '../server/resync.js';
import { JOBS } from '../server/upstreams.js';
import { settingsFrom } from '../settings.js';
import { startLanguageModelServer } from '../stand-ins/language-model-server.js';
import { startTwsServer, type TwsStandIn } from '../stand-ins/tws-server.js';
import { none, type Check } from './check.js';
import type { ScenarioContext } from './scenario.js';

/** What the world of a scenario is like. */
export interface WorldOptions {
  readonly createRouter: RouterFactory;
  /** Whether users are there from the start, who each send one request after the other. Default: nobody. */
  readonly isBusy?: true;
  readonly redisUrl?: string;
  /** Where the service keeps its snapshot. */
  readonly snapshotFile?: string;
  /** Of a request of the load, in milliseconds. */
  readonly timeoutMs?: number;
  /** Of the load at once. */
  readonly connections?: number;
}

/** A service with all that it depends on, and users. */
export interface World {
  readonly url: string;
  /** The service that runs now. */
  readonly resync: Resync;
  readonly load: LoadProcess;
  readonly tws: TwsStandIn;
  component(name: string): ComponentMigration;
  /** Waits until so many more requests were answered, or the condition holds. */
  requests(count: number, orUntil?: () => boolean): Promise<void>;
  /** The users of a busy world stop; resolves when all of them have their answers. */
  rest(): Promise<void>;
  /** They go on. */
  work(): void;
  /** Waits, within bounds, until the condition holds; whoever looks at it then finds out. */
  settle(condition: () => boolean): Promise<void>;
  /** Ends the service as a deployment does, and starts it anew on the same port. */
  restart(): Promise<void>;
  /** What was seen since this was asked last. */
  endWindow(): Promise<LoadWindow>;
  /** Ends everything. */
  close(): Promise<void>;
}

/** Nobody meets a rate limit, however large the load. */
const USERS = 4000;
/** Level one hides level two; the shorter, the more is asked of what migrates. */
const L1_TTL_MS = 20;
/** Users at once of a busy world: enough that things meet, and as fast as the machine lets them. */
const BUSY = 8;
/** Ten a second. */
const MOST_LOOKS = 300;
const CREDENTIALS = { user: 'scenario', password: 'stand-in', engineName: 'TWS' };

export async function startWorld(context: ScenarioContext, options: WorldOptions): Promise<World> {
  const { seed, signal } = context;
  const engine = { ...CREDENTIALS, engineOwner: CREDENTIALS.user };
  const latency = { medianMs: 4, sigma: 0.3 };
  const tws = await startTwsServer({ seed, jobs: JOBS, latency, ...engine });
  const model = await startLanguageModelServer({ seed, latency: { medianMs: 20, sigma: 0.3 } });
  const settings = settingsFrom({
    TWS_BASE_URL: tws.url,
    TWS_USER: CREDENTIALS.user,
    TWS_PASSWORD: CREDENTIALS.password,
    LLM_BASE_URL: `${model.url}/v1`,
    REDIS_URL: options.redisUrl,
    SNAPSHOT_FILE: options.snapshotFile,
  });
  const startService = async (port: number) => {
    const resync = await startResync(settings, {
      createRouter: options.createRouter,
      l1Ttl: L1_TTL_MS,
    });
    const server = createHttpServer(resync);
    const url = await server.listen({ host: '127.0.0.1', port });
    const end = async (): Promise<void> => {
      resync.health.close();
      await server.close();
      await resync.close();
    };
    return { resync, url, end };
  };
  let service = await startService(0);
  const { url } = service;
  const load = new LoadProcess(context.loadGenerator);
  load.start({
    url,
    seed,
    requestsPerSecond: 0,
    probesPerSecond: 20,
    jobs: JOBS,
    users: USERS,
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    ...(options.connections !== undefined && { connections: options.connections }),
  });
  if (options.isBusy) load.beginLoop(BUSY);
  return {
    url,
    get resync() {
      return service.resync;
    },
    load,
    tws,
    component: (name) => componentOf(service.resync, name),
    requests: async (count, orUntil = () => false) => {
      const end = load.requests + count;
      await load.until(() => load.requests >= end || orUntil(), signal);
    },
    settle: async (condition) => {
      let looks = 0;
      await load.until(() => condition() || (looks += 1) > MOST_LOOKS, signal);
    },
    rest: () => load.endLoop(signal),
    work: () => load.beginLoop(BUSY),
    restart: async () => {
      await service.end();
      service = await startService(Number(new URL(url).port));
    },
    endWindow: () => load.endWindow(signal),
    close: async () => {
      await load.stop();
      await service.end();
      await Promise.all([tws.close(), model.close()]);
    },
  };
}

function componentOf({ migrations }: Resync, name: string): ComponentMigration {
  const found = migrations.find(({ component }) => component === name);
  if (found === undefined) throw new Error(`expected a component ${name}`);
  return found;
}

/** What no user may ever notice. */
export function unnoticed(windows: readonly LoadWindow[]): readonly Check[] {
  const sum = (figure: (window: LoadWindow) => number): number =>
    windows.reduce((total, window) => total + figure(window), 0);
  return [
    {
      ...none(
        'requests',
        sum(({ requests }) => requests),
      ),
      expected: '',
      isMet: true,
    },
    none(
      'failed requests',
      sum(({ failed }) => failed),
    ),
    none(
      'stale reads',
      sum(({ stale }) => stale),
    ),
    none(
      'refused by a rate limit',
      sum(({ limited }) => limited),
    ),
    none(
      'failed probes',
      sum(({ failedProbes }) => failedProbes),
    ),
  ];
}
