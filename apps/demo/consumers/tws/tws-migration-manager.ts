import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@resync/cache-contract';
import {
  ServiceMigration,
  type MethodPolicies,
  type MigratedService,
  type MigrationObserver,
  type MigrationTarget,
  type ServiceMigrationState,
} from '@resync/cache-migration';
import { UpstreamError } from '../upstream-error.js';
import type { Job } from './job.js';
import type { TwsApi, TwsClient } from './tws-api.js';

/** The two clients, and who watches. */
export interface TWSMigrationOptions {
  readonly legacy: TwsClient;
  readonly next: TwsClient;
  readonly observer?: MigrationObserver;
  /** The share of reads that `shadow` compares, 0 to 1. Default 0.1. */
  readonly shadowRate?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * Moves Resync from one client of the scheduler to another. A read may be made again on the other
 * client; a command is sent by one of them, once, whatever becomes of it (ADR 9).
 */
export class TWSMigrationManager {
  readonly component = 'tws';
  /** What the consumers call. */
  readonly client: MigratedService<TwsApi>;
  readonly #migration: ServiceMigration<TwsApi>;
  readonly #clients: readonly TwsClient[];

  constructor({ legacy, next, shadowRate = 0.1, ...options }: TWSMigrationOptions) {
    this.#clients = [legacy, next];
    this.#migration = new ServiceMigration<TwsApi>({
      ...options,
      component: this.component,
      legacy,
      next,
      methods: METHODS,
      isFailure: (error) => !(error instanceof UpstreamError) || error.isFailure,
      probe: (client) => client.healthCheck(),
      limits: { next: LIMIT_MS },
      shadowRate,
      latencyEvery: 4,
    });
    this.client = this.#migration.service;
  }

  get state(): ServiceMigrationState {
    return this.#migration.state;
  }

  /** Connects both clients: a rollback finds legacy connected. */
  async connect(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.connect()));
  }

  /** Waits for what is under way, within a limit, then disconnects both clients. */
  async disconnect(): Promise<void> {
    await this.#migration.shutdown();
    await Promise.all(this.#clients.map((client) => client.disconnect()));
  }

  transition(target: MigrationTarget, why?: string): Promise<void> {
    return this.#migration.transition(target, why);
  }

  rollback(why: string, options?: { readonly cold?: true }): Promise<void> {
    return this.#migration.rollback(why, options);
  }
}

/** Beyond the patience of one attempt of either client. */
const LIMIT_MS = 6000;

const READ = { idempotent: true } as const;
/** What lives between two reads of it differs, and is none the worse for it. */
const LIVING = { idempotent: true, compare: () => true } as const;

const METHODS: MethodPolicies<TwsApi> = {
  healthCheck: READ,
  listJobs: { ...READ, compare: areSameJobs },
  getJobStatus: { ...READ, compare: isSameJob },
  getJobDetails: { ...READ, compare: isSameJob },
  getJobHistory: LIVING,
  getJobLog: LIVING,
  getJobDependencies: READ,
  listWorkstations: { ...READ, compare: areSameNames },
  listResources: { ...READ, compare: areSameNames },
  getCurrentPlan: { ...READ, compare: (one, other) => one.jobs === other.jobs },
  getCriticalPath: READ,
  listEvents: { ...LIVING, key: (hours) => `events ${hours}` },
  executeCommand: { idempotent: false },
};

function areSameJobs(one: readonly Job[], other: readonly Job[]): boolean {
  return isDeepStrictEqual(
    one.map(({ id }) => id),
    other.map(({ id }) => id),
  );
}

/** A job ends and begins by itself. */
function isSameJob(one: Job, other: Job): boolean {
  return one.id === other.id && one.name === other.name && one.jobStream === other.jobStream;
}

function areSameNames(
  one: readonly { readonly name: string }[],
  other: readonly { readonly name: string }[],
): boolean {
  return isDeepStrictEqual(
    one.map(({ name }) => name),
    other.map(({ name }) => name),
  );
}
