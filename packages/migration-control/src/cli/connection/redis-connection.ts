import type { Clock } from '@resync/cache-contract';
import { ControlError } from '../../control-error.js';
import type { FleetRemote } from '../../fleet/fleet-remote.js';
import { openFleetRemote } from '../../fleet/open-redis-fleet.js';
import { openFleetRollout } from '../../fleet/rollout/open-fleet-rollout.js';
import { parsePlan } from '../../plan/parse-plan.js';
import type { RolloutPlan } from '../../plan/rollout-plan.js';
import { CommandError } from '../command-error.js';
import type { Connection } from './connection.js';
import { OperatorConnection } from './operator-connection.js';

/** Where a control store is, and who speaks to it. */
export interface RedisConnectionOptions {
  readonly url: string;
  /** The name of the rollout on the server. */
  readonly namespace: string;
  /** The plan of the rollout, as a file holds it. */
  readonly plan: string;
  /** What the fleet of a component is called; `%` stands for the component. */
  readonly fleets: string;
  readonly who: string;
  /** Milliseconds for one answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

const CONNECT_MS = 5000;
/** Milliseconds until a connection that was lost is tried again. */
const RECONNECT_MS = 1000;

/**
 * Connects to the control store of a fleet.
 *
 * @throws CommandError `UNREACHABLE` also where no process has ever joined a fleet of these names
 */
export async function openRedisConnection(options: RedisConnectionOptions): Promise<Connection> {
  const { clock, fleets, namespace, timeoutMs, url, who } = options;
  const plan = planFrom(options.plan);
  const reconnecting = { isWanted: false };
  const client = await connected(url, timeoutMs, reconnecting);
  const subscriber = client.duplicate().on('error', ignored);
  try {
    await subscriber.connect();
    reconnecting.isWanted = true;
    const components = Object.fromEntries(
      plan.components.map(({ name }) => {
        const own = fleets.replaceAll('%', name);
        return [name, { remote: openFleetRemote({ client, namespace: own, clock }) }];
      }),
    );
    await checkFleets(Object.values(components).map(({ remote }) => remote));
    const common = { client, subscriber, namespace, plan, components, clock };
    const onError = (): void => connection.lose();
    const operator = openFleetRollout({ ...common, drive: 'never', patience: timeoutMs, onError });
    const close = async (): Promise<void> => {
      await operator.close();
      subscriber.destroy();
      client.destroy();
    };
    for (const each of [client, subscriber]) each.on('error', onError);
    const name = `${new URL(url).host} ${namespace}`;
    const connection = new OperatorConnection({ name, operator, who, clock, close });
    return connection;
  } catch (error) {
    if (subscriber.isOpen) subscriber.destroy();
    client.destroy();
    if (error instanceof CommandError) throw error;
    const isUsage = error instanceof ControlError && error.code !== 'CONTROL_STORE';
    if (!isUsage) throw unreachable(error);
    throw new CommandError('USAGE', error.message, { cause: error });
  }
}

/** Of a wrong name everything would be done at once: there is nobody to wait for. */
async function checkFleets(remotes: readonly FleetRemote[]): Promise<void> {
  const found = await Promise.all(remotes.map((remote) => remote.status()));
  if (found.some(({ state }) => state.epoch > 0)) return;
  const names = remotes.map(({ namespace }) => namespace).join(' or ');
  throw new CommandError(
    'UNREACHABLE',
    `expected a fleet called ${names}; got none of this name: no process has joined. Start the service, or name with --fleets the namespace that its openRedisFleet has, with % for the component`,
  );
}

type Client = ReturnType<typeof import('redis').createClient>;

async function connected(
  url: string,
  timeoutMs: number,
  reconnecting: { readonly isWanted: boolean },
): Promise<Client> {
  const { createClient } = await redisPackage();
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: Math.min(timeoutMs, CONNECT_MS),
      // Who asks first is told at once; who follows waits until it is back.
      reconnectStrategy: () => (reconnecting.isWanted ? RECONNECT_MS : false),
    },
  });
  client.on('error', ignored);
  try {
    await client.connect();
    return client as unknown as Client;
  } catch (error) {
    throw unreachable(error);
  }
}

async function redisPackage(): Promise<typeof import('redis')> {
  try {
    return await import('redis');
  } catch (error) {
    const message = 'expected the package redis for --redis; add it with: npm install redis';
    throw new CommandError('USAGE', message, { cause: error });
  }
}

function planFrom(text: string): RolloutPlan {
  try {
    return parsePlan(text);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    throw new CommandError('USAGE', `expected a plan: ${error.message}`, { cause: error });
  }
}

function unreachable(error: unknown): CommandError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = message === '' ? (code ?? 'no answer') : message;
  return new CommandError('UNREACHABLE', `the control store cannot be reached: ${why}`, {
    cause: error,
  });
}

/** What goes wrong is told by the call that it happens to. */
function ignored(): void {
  return;
}
