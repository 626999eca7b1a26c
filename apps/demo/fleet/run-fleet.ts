import { once } from 'node:events';
import { openFleetRemote, openFleetRollout } from '@resync/migration-control/fleet';
import type { RolloutOperator } from '@resync/migration-control';
import { DemoError } from '../demo-error.js';
import { followLastMinute } from '../load/last-minute.js';
import { LoadProcess } from '../load/load-process.js';
import { closeAll, type Closer } from '../server/closers.js';
import { newToken } from '../server/live/steering-token.js';
import { JOBS, startUpstreams } from '../server/upstreams.js';
import type { Settings } from '../settings.js';
import { connectToFleet } from './fleet-connection.js';
import { FleetConsole } from './fleet-console.js';
import { FleetFaults } from './fleet-faults.js';
import type { ToWorker } from './fleet-messages.js';
import type { FleetOptions } from './fleet-options.js';
import { FLEET_COMPONENTS, fleetPlan } from './fleet-plan.js';
import { fleetOf, LEASE_MS, NAMESPACE } from './fleet-place.js';
import { FleetServers } from './fleet-servers.js';
import { fleetTour } from './fleet-tour.js';
import { L1_BOUND_MS, L1_TTL_MS, watchLagging } from './level-one.js';
import { WorkerPool } from './worker-pool.js';

/** How a fleet is run. */
export interface RunFleetOptions {
  readonly settings: Settings;
  readonly fleet: FleetOptions;
  /** The built worker. */
  readonly worker: string;
  /** The built watch over the servers that a fleet starts. */
  readonly orphanWatch: string;
  /** The built load generator. */
  readonly loadGenerator: string;
  /** The folder of the built page. */
  readonly page: string;
  readonly print: (line: string) => void;
  /** Only requests from this machine may steer. */
  readonly reach: 'loopback' | 'anywhere';
  /** Ends everything, cleanly. */
  readonly signal: AbortSignal;
}

const REQUESTS_PER_SECOND = 80;
const PROBES_PER_SECOND = 10;

/** Runs several processes on one port, and this one, which starts and shows them; resolves with the exit code. */
export async function runFleet(options: RunFleetOptions): Promise<number> {
  const { settings, signal, print } = options;
  if (settings.flags.useNewCache === false) {
    throw new DemoError('expected APP_MIGRATION_USE_NEW_CACHE not to be false with --workers');
  }
  const closers: Closer[] = [];
  try {
    await start(options, closers);
    if (!signal.aborted) await once(signal, 'abort');
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    throw error;
  } finally {
    await closeAll(closers);
    if (signal.aborted) print('Resync has ended');
  }
}

async function start(options: RunFleetOptions, closers: Closer[]): Promise<void> {
  const { settings, fleet, print, signal } = options;
  const servers = await FleetServers.start({
    redisUrl: settings.redisUrl,
    from: fleet.from,
    orphanWatch: options.orphanWatch,
  });
  closers.push(() => servers.stop());
  const upstreams = await startUpstreams(settings, closers);
  const operator = await openOperator(servers.place.control, closers);
  const token = newToken();
  const faults = new FleetFaults((message) => pool.tell(message));
  let port = 0;
  const pool = new WorkerPool({
    program: options.worker,
    count: fleet.workers,
    signal,
    firstWords: (name): readonly ToWorker[] => [
      {
        kind: 'start',
        start: {
          name,
          settings: { ...settings, ...upstreams, redisUrl: undefined, snapshotFile: undefined },
          place: servers.place,
          l1Ttl: fleet.l1 === 'on' ? L1_TTL_MS : 0,
          console: port,
        },
      },
      ...faults.messages,
    ],
    onNote: (sentence, component) => {
      shown.note(sentence, component);
      print(`  ${sentence}`);
    },
  });
  const { reach, page: folder } = options;
  const shown = new FleetConsole({ operator, pool, faults, servers, token, reach, folder });
  closers.push(() => shown.close());
  port = await shown.listen();
  closers.push(() => pool.end());
  const url = await Promise.race([pool.start(), aborted(signal)]);
  print(`Resync serves on ${url}`);
  print(
    `  by ${pool.running.map(({ name, worker }) => `${name} (process ${worker.process.pid})`).join(', ')}`,
  );
  const load = new LoadProcess(options.loadGenerator);
  closers.push(() => load.stop());
  shown.load = load;
  load.start({
    url,
    seed: 1,
    requestsPerSecond: REQUESTS_PER_SECOND,
    probesPerSecond: PROBES_PER_SECOND,
    jobs: JOBS,
    ...(fleet.l1 === 'on' && { mayLagMs: L1_BOUND_MS }),
  });
  const unfollow = followLastMinute(load, (windows) => shown.lately(windows));
  closers.push(async () => unfollow());
  if (fleet.l1 === 'on') closers.push(watchLagging(load, print));
  for (const line of fleetTour({ url, token, workers: fleet.workers, redis: servers.redis }))
    print(line);
}

/** Rejects when somebody ends it all. */
async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

/** The rollout as a process sees and steers it that is no member. */
async function openOperator(control: string, closers: Closer[]): Promise<RolloutOperator> {
  const client = await connectToFleet(control);
  closers.push(async () => client.destroy());
  const subscriber = await connectToFleet(control);
  closers.push(async () => subscriber.destroy());
  const rollout = openFleetRollout({
    client,
    subscriber,
    namespace: NAMESPACE,
    plan: fleetPlan(),
    components: Object.fromEntries(
      FLEET_COMPONENTS.map((name) => [
        name,
        { remote: openFleetRemote({ client, namespace: fleetOf(name) }) },
      ]),
    ),
    lease: LEASE_MS,
    drive: 'never',
  });
  closers.push(() => rollout.close());
  return rollout;
}
