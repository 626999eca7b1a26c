import { systemClock } from '@resync/cache-contract';
import { CacheMigrationManager } from '@resync/cache-migration';
import {
  openFleetRollout,
  openRedisFleet,
  type OpenFleet,
  type OpenFleetRollout,
} from '@resync/migration-control/fleet';
import type { RedisClientType } from 'redis';
import type { Closer } from '../server/closers.js';
import type { ComponentMigration, RouterFactory } from '../server/component-migration.js';
import { connectToFleet } from './fleet-connection.js';
import { fleetPlan } from './fleet-plan.js';
import { fleetOf, LEASE_MS, NAMESPACE } from './fleet-place.js';

/** Milliseconds. Both sides are on the network, and the processes share a small machine. */
const LIMITS = { next: 1000, legacy: 2000 };
const LOOK_EVERY_MS = 1000;
const JOIN_POLL_MS = 10;

/** One process's part in the fleets of all components, and in their rollout. */
export class FleetMembership {
  readonly #connections: Connections;
  readonly #name: string;
  readonly #fleets = new Map<string, OpenFleet>();

  private constructor(connections: Connections, name: string) {
    this.#connections = connections;
    this.#name = name;
  }

  /** Connects to the control store. */
  static async connect(control: string, name: string, closers: Closer[]): Promise<FleetMembership> {
    const client = await connectToFleet(control);
    closers.push(async () => client.destroy());
    const subscriber = await connectToFleet(control);
    closers.push(async () => subscriber.destroy());
    return new FleetMembership({ client, subscriber }, name);
  }

  /** Makes managers that take their steps with the other processes; no read of any is stale. */
  readonly createRouter: RouterFactory = (options) => {
    const { component } = options;
    const open = openRedisFleet({
      ...this.#connections,
      namespace: fleetOf(component),
      name: this.#name,
      lease: LEASE_MS,
    });
    this.#fleets.set(component, open);
    return new CacheMigrationManager({
      ...options,
      fleet: open.fleet,
      unconfirmed: 'fail',
      limits: LIMITS,
    });
  };

  /** What this process is called in each fleet. */
  get ids(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#fleets].map(([component, { id }]) => [component, id]));
  }

  /** Whether this process takes the steps of a component's fleet. */
  isLeading(component: string): boolean {
    return this.#fleets.get(component)?.isLeading ?? false;
  }

  /** Resolves when the process is a member of all fleets, and may answer for the caches. */
  async joined(): Promise<void> {
    const isMember = ({ fleet }: OpenFleet): boolean => fleet.memberUntil > systemClock.monotonic();
    while (![...this.#fleets.values()].every(isMember)) {
      await new Promise<void>((resolve) => {
        systemClock.schedule(resolve, JOIN_POLL_MS);
      });
    }
  }

  /** Reports what this process sees, and drives the rollout where nobody else does. */
  async startRollout(
    migrations: readonly ComponentMigration[],
    onError: (error: unknown) => void,
  ): Promise<OpenFleetRollout> {
    const rollout = openFleetRollout({
      ...this.#connections,
      namespace: NAMESPACE,
      plan: fleetPlan(),
      components: Object.fromEntries(
        migrations.flatMap(({ component, watch, emptyNext }) => {
          const open = this.#fleets.get(component);
          if (open === undefined) return [];
          const { remote, id } = open;
          return [[component, { remote, id, observe: () => watch.take(), emptyNext }]];
        }),
      ),
      everyMs: LOOK_EVERY_MS,
      lease: LEASE_MS,
      wish: true,
      onError,
    });
    await rollout.start();
    return rollout;
  }

  /** After the migrations were shut down. */
  async close(): Promise<void> {
    for (const open of this.#fleets.values()) await open.close();
  }
}

interface Connections {
  readonly client: RedisClientType;
  readonly subscriber: RedisClientType;
}
