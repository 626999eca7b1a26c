import { ManualClock } from '@resync/cache-contract/testing';
import type { FleetMember, FleetState } from '@resync/cache-migration';
import type { RedisServer } from '@resync/tooling-redis-server';
import { setImmediate } from 'node:timers';
import { createClient, type RedisClientType } from 'redis';
import { openRedisFleet, type OpenFleet } from '../../src/fleet/index.js';
import { FleetStore } from '../../src/fleet/fleet-store.js';

/** Milliseconds that a membership lasts: on the server they pass, whatever the clock of a test says. */
export const LEASE_MS = 60_000;

/** A client that connects again at once, and says nothing of outages. */
export async function connectTo({ url }: RedisServer): Promise<RedisClientType> {
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: 1 },
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A member that writes down what it is told. */
export class RecordingMember implements FleetMember {
  readonly heard: FleetState[] = [];
  readonly emptied: string[] = [];
  #onHeard: (() => void) | undefined;

  announce(state: FleetState): void {
    this.heard.push(state);
    this.#onHeard?.();
  }

  async empty(side: string): Promise<boolean> {
    this.emptied.push(side);
    return true;
  }

  /** Resolves when a state is said that meets the condition. */
  hears(condition: (state: FleetState) => boolean = () => true): Promise<FleetState> {
    const from = this.heard.length;
    return new Promise((resolve) => {
      this.#onHeard = () => {
        const found = this.heard.slice(from).find(condition);
        if (found !== undefined) resolve(found);
      };
    });
  }
}

/** One process, and the connections that it has. */
export interface OpenOn {
  readonly open: OpenFleet;
  readonly clients: readonly [RedisClientType, RedisClientType];
  /** Resolves when it has subscribed, and everything that it has asked was answered: connections answer in order. */
  readonly answered: () => Promise<void>;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Processes of one fleet on a real server, each with a clock that stands still. */
export class FleetOn {
  readonly client: RedisClientType;
  readonly namespace: string;
  readonly store: FleetStore;
  readonly clock = new ManualClock();
  readonly #server: RedisServer;
  readonly #ends: (() => Promise<void> | void)[] = [];

  private constructor(server: RedisServer, client: RedisClientType, namespace: string) {
    this.#server = server;
    this.client = client;
    this.namespace = namespace;
    this.store = new FleetStore({ client, namespace, clock: this.clock, timeout: 250 });
    this.#ends.push(() => client.destroy());
  }

  static async start(server: RedisServer, namespace: string): Promise<FleetOn> {
    return new FleetOn(server, await connectTo(server), namespace);
  }

  async open(name: string, control: 'candidate' | 'never' = 'never'): Promise<OpenOn> {
    const clients = [await connectTo(this.#server), await connectTo(this.#server)] as const;
    const [client, subscriber] = clients;
    const { clock, namespace } = this;
    const open = openRedisFleet({
      client,
      subscriber,
      namespace,
      name,
      control,
      clock,
      lease: LEASE_MS,
    });
    this.#ends.unshift(async () => {
      await open.close();
      for (const each of clients) if (each.isOpen) each.destroy();
    });
    const answered = async (): Promise<void> => {
      await subscriber.subscribe('probe', () => undefined);
      await turn();
      await client.ping();
      await turn();
    };
    return { open, clients, answered };
  }

  /** Puts the fleet into a state, whatever the rules say. */
  async put(state: Omit<FleetState, 'epoch'> & { readonly epoch?: number }): Promise<void> {
    await this.client.set(this.key('state'), JSON.stringify({ epoch: 50, ...state }));
  }

  /** Has a membership run out by the server's clock. */
  async expire(id: string): Promise<void> {
    const record = JSON.parse((await this.client.hGet(this.key('members'), id)) ?? '{}') as object;
    await this.client.hSet(this.key('members'), id, JSON.stringify({ ...record, until: 1 }));
  }

  key(name: string): string {
    return `{${this.namespace}}:fleet:${name}`;
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}
