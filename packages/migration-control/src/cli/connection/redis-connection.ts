import type { Clock } from '@resync/cache-contract';
import { ControlError } from '../../control-error.js';
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

/**
 * Connects to the control store of a fleet.
 *
 * @throws CommandError
 */
export async function openRedisConnection(options: RedisConnectionOptions): Promise<Connection> {
  const { clock, fleets, namespace, timeoutMs, url, who } = options;
  const plan = planFrom(options.plan);
  const client = await connected(url, timeoutMs);
  const subscriber = client.duplicate().on('error', ignored);
  try {
    await subscriber.connect();
    const components = Object.fromEntries(
      plan.components.map(({ name }) => {
        const own = fleets.replaceAll('%', name);
        return [name, { remote: openFleetRemote({ client, namespace: own, clock }) }];
      }),
    );
    const common = { client, subscriber, namespace, plan, components, clock };
    const rollout = openFleetRollout({ ...common, drive: 'never', patience: timeoutMs });
    const close = async (): Promise<void> => {
      await rollout.close();
      subscriber.destroy();
      client.destroy();
    };
    const name = `${new URL(url).host} ${namespace}`;
    return new OperatorConnection({ name, operator: rollout, who, clock, close });
  } catch (error) {
    client.destroy();
    if (!(error instanceof ControlError)) throw unreachable(error);
    throw new CommandError('USAGE', error.message, { cause: error });
  }
}

type Client = ReturnType<typeof import('redis').createClient>;

async function connected(url: string, timeoutMs: number): Promise<Client> {
  const { createClient } = await redisPackage();
  const client = createClient({
    url,
    disableOfflineQueue: true,
    // Who asks is told at once, and asks again.
    socket: { connectTimeout: Math.min(timeoutMs, CONNECT_MS), reconnectStrategy: false },
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
