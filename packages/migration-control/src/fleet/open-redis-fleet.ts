import { systemClock, type Clock } from '@resync/cache-contract';
import type { Fleet } from '@resync/cache-migration';
import { ControlError } from '../control-error.js';
import { guarded } from '../guarded.js';
import { refuseQueue, timeoutFor, type GivenClient } from './control-client.js';
import type { Decision } from './decide.js';
import { FleetChannel, type FleetSubscriber } from './fleet-channel.js';
import { FleetController } from './fleet-controller.js';
import type { FleetRecord } from './fleet-record.js';
import { FleetRemote } from './fleet-remote.js';
import { FleetStore } from './fleet-store.js';
import { RedisFleet } from './redis-fleet.js';
import { systemProcessId } from './system-process-id.js';

/** Options of {@link openFleetRemote}. */
export interface FleetRemoteOptions {
  /**
   * A connected client of the `redis` package. It stays the caller's. Make it with
   * `disableOfflineQueue: true`, or it says after an outage what it wanted to say before.
   */
  readonly client: GivenClient;
  /** Names the fleet on the server: letters, digits, `.`, `_` and `-`. One for each migration. */
  readonly namespace: string;
  /** Milliseconds after which a call to the control store fails. Default: a quarter of `lease`, at most 1000. */
  readonly timeout?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** Options of {@link openRedisFleet}. */
export interface RedisFleetOptions extends FleetRemoteOptions {
  /** Another connection, made for nothing else: `client.duplicate()`, connected, with a listener for `error`. */
  readonly subscriber: FleetSubscriber;
  /**
   * Milliseconds after which a process that could not reach the control store is fenced, and the others
   * no longer wait for one that is gone. Default 10 000.
   */
  readonly lease?: number;
  /** Whether this process may control the fleet. Default `candidate`. */
  readonly control?: 'candidate' | 'never';
  /** Named before the id of the process, in what the fleet writes down of it. Default `process`. */
  readonly name?: string;
  /** Told what this process decides, and in which state, when it controls the fleet. Default: dropped. */
  readonly onDecision?: (decision: Decision, state: FleetRecord) => void;
  /** Told of calls to the control store that failed; each is tried again. Default: dropped. */
  readonly onError?: (error: unknown) => void;
}

/** One process's part in a fleet. */
export interface OpenFleet {
  /** Among the members of the fleet. */
  readonly id: string;
  /** For the option `fleet` of one migration. */
  readonly fleet: Fleet;
  readonly remote: FleetRemote;
  /** Whether this process controls the fleet, as far as it knows. */
  readonly isLeading: boolean;
  /** After the migration was shut down: nothing is said or heard any longer. The clients stay open. */
  close(): Promise<void>;
}

const LEASE = 10_000;

/**
 * Takes part in a fleet whose state is on a Redis or Valkey server, which must keep what it acknowledges
 * (append-only file). The process joins when a migration is made with `fleet`.
 *
 * @throws ControlError `INVALID_OPTION`
 */
export function openRedisFleet(options: RedisFleetOptions): OpenFleet {
  const { subscriber, lease = LEASE, control = 'candidate', name = 'process' } = options;
  const { clock = systemClock } = options;
  if (!(lease >= 100 && lease <= 3_600_000)) {
    throw new ControlError(
      'INVALID_OPTION',
      `expected a lease from 100 milliseconds to an hour; got ${lease}`,
    );
  }
  const store = storeOf(options, lease);
  const channel = new FleetChannel(store, subscriber);
  const id = `${name}-${systemProcessId()}`;
  const onError = guarded(options.onError);
  const onDecision = guarded(options.onDecision);
  const common = { id, store, channel, clock, lease, onError };
  const fleet = new RedisFleet(common);
  const controller =
    control === 'candidate' ? new FleetController({ ...common, fleet, onDecision }) : undefined;
  return {
    id,
    fleet,
    remote: new FleetRemote(store, (state) => fleet.hear(state)),
    get isLeading() {
      return controller?.isLeading ?? false;
    },
    async close() {
      fleet.close();
      channel.close();
      await controller?.close();
    },
  };
}

/**
 * Speaks to a fleet without being part of it.
 *
 * @throws ControlError `INVALID_OPTION`
 */
export function openFleetRemote(options: FleetRemoteOptions): FleetRemote {
  return new FleetRemote(storeOf(options, LEASE));
}

function storeOf(options: FleetRemoteOptions, lease: number): FleetStore {
  const { client, namespace, clock = systemClock } = options;
  refuseQueue(client);
  const timeout = options.timeout ?? timeoutFor(lease);
  return new FleetStore({ client, namespace, clock, timeout });
}
