import { systemClock } from '@resync/cache-contract';
import { ReferenceCache } from '@resync/cache-contract/testing';
import { CacheMigrationManager } from '@resync/cache-migration';
import type { RedisServer } from '@resync/tooling-redis-server';
import type { RedisClientType } from 'redis';
import type { AuditRecord } from '../../../src/audit/audit-log.js';
import { ControlError } from '../../../src/control-error.js';
import {
  openFleetRemote,
  openFleetRollout,
  openRedisFleet,
  type FleetRemote,
  type FleetRolloutOptions,
  type OpenFleetRollout,
} from '../../../src/fleet/index.js';
import { NOTHING_SEEN, type Observation } from '../../../src/judge/observation.js';
import { checkPlan } from '../../../src/plan/parse-plan.js';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.js';
import type { Wishes } from '../../../src/sources/wish.js';
import { connectTo } from '../fleet-on.js';

/** Milliseconds; what is waited for here is an event, and comes as fast as the machine allows. */
const EVERY_MS = 15;
const LEASE_MS = 2400;

export const FINE: Observation = { ...NOTHING_SEEN, health: 'passing', memory: 'within' };

/** Steps that end as soon as health passes. */
export function quickPlan(names: readonly string[] = ['core']): RolloutPlan {
  const step = (stage: string, percentage?: number): object => ({
    stage,
    ...(percentage === undefined ? {} : { percentage }),
    atLeast: '0s',
    samples: 0,
    gates: ['health'],
  });
  const live = [0, 25, 50, 100].map((percentage) => step('live', percentage));
  const steps = [step('dualwrite'), step('shadow'), ...live];
  const finish = ['rampdown', 'complete'].map((stage) => ({ ...step(stage), approval: true }));
  return checkPlan({
    version: 1,
    components: names.map((name) => ({ name, steps, watch: '0s' })),
    finish: { after: '0s', steps: finish },
  });
}

/** One process with a migration, which reports and may drive. */
export interface RolloutProcess {
  readonly rollout: OpenFleetRollout;
  readonly manager: CacheMigrationManager;
  readonly id: string;
  seen: Observation;
  /** How often its next was emptied. */
  emptied: number;
  /** Ends it without a word to anybody. */
  readonly die: () => void;
}

/** Processes of one rollout over one fleet on a real server. */
export class RolloutOn {
  readonly #server: RedisServer;
  readonly namespace: string;
  readonly client: RedisClientType;
  readonly remote: FleetRemote;
  readonly errors: unknown[] = [];
  readonly #ends: (() => Promise<void> | void)[] = [];

  private constructor(server: RedisServer, namespace: string, client: RedisClientType) {
    this.#server = server;
    this.namespace = namespace;
    this.client = client;
    this.remote = openFleetRemote({ client, namespace });
    this.#ends.push(() => client.destroy());
  }

  static async start(server: RedisServer, namespace: string): Promise<RolloutOn> {
    return new RolloutOn(server, namespace, await connectTo(server));
  }

  /** A process that is no member, and drives nothing. */
  async outsider(given: Partial<FleetRolloutOptions> = {}): Promise<OpenFleetRollout> {
    const subscriber = await connectTo(this.#server);
    const rollout = openFleetRollout({
      client: this.client,
      subscriber,
      namespace: this.namespace,
      plan: quickPlan(),
      components: { core: { remote: this.remote } },
      everyMs: EVERY_MS,
      lease: LEASE_MS,
      ...given,
    });
    this.#ends.unshift(async () => {
      await rollout.close();
      subscriber.destroy();
    });
    return rollout;
  }

  async process(name: string, given?: Wishes | 'says nothing'): Promise<RolloutProcess> {
    const clients = [await connectTo(this.#server), await connectTo(this.#server)] as const;
    const [client, subscriber] = clients;
    const { namespace } = this;
    const common = { client, subscriber, namespace, lease: LEASE_MS };
    const open = openRedisFleet({ ...common, name });
    const next = new ReferenceCache({ clock: systemClock });
    const manager = new CacheMigrationManager({
      component: name,
      legacy: new ReferenceCache({ clock: systemClock }),
      next,
      fleet: open.fleet,
    });
    const rollout = openFleetRollout({
      ...common,
      plan: quickPlan(),
      components: {
        core: {
          remote: open.remote,
          id: open.id,
          observe: () => process.seen,
          emptyNext: async () => {
            process.emptied += 1;
            await next.clear();
          },
        },
      },
      everyMs: EVERY_MS,
      wish: true,
      onError: (error) => this.errors.push(error),
    });
    const process: RolloutProcess = {
      rollout,
      manager,
      id: open.id,
      seen: FINE,
      emptied: 0,
      die: () => {
        for (const each of clients) if (each.isOpen) each.destroy();
      },
    };
    this.#ends.unshift(async () => {
      await rollout.close();
      await manager.shutdown();
      await open.close();
      process.die();
    });
    if (given !== 'says nothing') await rollout.start(given);
    return process;
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

/** Asks again where the machine was held up for longer than the store may take. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ControlError && error.code === 'CONTROL_STORE')) throw error;
    }
  }
}

/** Resolves with the first record that is made from now on and meets the condition. */
export async function recorded(
  rollout: OpenFleetRollout,
  condition: (record: AuditRecord & { kind: 'decision' }) => boolean,
): Promise<AuditRecord> {
  const known = await patiently(() => rollout.audit());
  return new Promise((resolve) => {
    const stop = rollout.follow(() => void look());
    const look = async (): Promise<void> => {
      const made = (await patiently(() => rollout.audit())).slice(known.length);
      const found = made.find((record) => record.kind === 'decision' && condition(record));
      if (found === undefined) return;
      stop();
      resolve(found);
    };
    // One connection answers in order: what follow has not told is there by now.
    void look();
  });
}

/** Resolves when the component has arrived there. */
export function arrives(rollout: OpenFleetRollout, rung: string): Promise<AuditRecord> {
  return recorded(
    rollout,
    ({ verdict, sentence }) => verdict === 'arrived' && sentence === `core is in ${rung}`,
  );
}
