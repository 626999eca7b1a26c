import { systemClock } from '@resync/cache-contract';
import { startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type RedisClientType } from 'redis';
import { openFleetRemote, type FleetRemote, type FleetSnapshot } from '../src/fleet/index.js';
import type { RolloutPlan } from '../src/plan/rollout-plan.js';

/** What is broken on purpose, to see that it is noticed. */
type Breach = 'no fence';

/** How the processes run. */
export interface ProcessFleetOptions {
  readonly policy: 'accept' | 'fail';
  readonly breach?: Breach;
  /** Each process takes part in a rollout of it. */
  readonly plan?: RolloutPlan;
}

/** One process. */
export interface Process {
  readonly name: string;
  readonly log: string;
  readonly child: ChildProcess;
  operations: number;
  /** Whether it drives the rollout, as it said last. */
  isDriving: boolean;
}

type ServerName = 'control' | 'legacy' | 'next';

/** Connections of a process: to the control store, only those for its news, to next. */
type Line = 'control' | 'news' | 'next';

/** Milliseconds that a membership lasts. */
export const LEASE_MS = 1200;

/** Of the fleet and of its rollout. */
export const NAMESPACE = 'proof';

// An append-only file that is written before each answer: what was acknowledged survives a SIGKILL.
const CONFIGURATION = ['--appendonly', 'yes', '--appendfsync', 'no'];
const MEMBER = new URL('./member/member.mjs', import.meta.url);
const LOOK_EVERY_MS = 10;

/** Real processes on real servers: one for the control store, one for each side. */
export class ProcessFleet {
  readonly remote: FleetRemote;
  /** Everybody who was ever there. */
  readonly all: Process[] = [];
  readonly #options: ProcessFleetOptions;
  readonly #folder: string;
  readonly #servers: Map<ServerName, RedisServer>;
  readonly #client: RedisClientType;
  #running: Process[] = [];

  private constructor(
    options: ProcessFleetOptions,
    folder: string,
    { servers, client }: { servers: Map<ServerName, RedisServer>; client: RedisClientType },
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#servers = servers;
    this.#client = client;
    this.remote = openFleetRemote({ client, namespace: NAMESPACE });
  }

  static async start(count: number, options: ProcessFleetOptions): Promise<ProcessFleet> {
    const folder = await mkdtemp(join(tmpdir(), 'resync-fleet-'));
    const servers = new Map<ServerName, RedisServer>();
    for (const name of ['control', 'legacy', 'next'] as const) {
      const own = join(folder, name);
      await mkdir(own);
      servers.set(name, await startRedisServer({ folder: own, configuration: CONFIGURATION }));
    }
    const client: RedisClientType = createClient({
      url: servers.get('control')?.url ?? '',
      disableOfflineQueue: true,
      socket: { reconnectStrategy: 20 },
    });
    client.on('error', () => undefined);
    await client.connect();
    const fleet = new ProcessFleet(options, folder, { servers, client });
    for (let index = 0; index < count; index += 1) fleet.startProcess();
    await fleet.until(({ members }) => members.length === count);
    return fleet;
  }

  /** To the control store, of a process that is no member. */
  get client(): RedisClientType {
    return this.#client;
  }

  get running(): readonly Process[] {
    return this.#running;
  }

  startProcess(): Process {
    const name = `p${this.all.length + 1}`;
    const log = join(this.#folder, `${name}.log`);
    const urls = Object.fromEntries([...this.#servers].map(([side, { url }]) => [side, url]));
    const member = { ...this.#options, name, namespace: NAMESPACE, log, lease: LEASE_MS, urls };
    const child = fork(MEMBER, [JSON.stringify(member)]);
    const process: Process = { name, log, child, operations: 0, isDriving: false };
    child.on('message', (said: Pick<Process, 'operations' | 'isDriving'>) => {
      Object.assign(process, said);
    });
    this.all.push(process);
    this.#running.push(process);
    return process;
  }

  /** The process that controls the fleet. */
  async controller(): Promise<Process> {
    const { controller = '' } = await this.until(({ controller: id }) =>
      this.#running.some(({ name }) => id?.startsWith(`${name}-`) === true),
    );
    return this.#find(controller.split('-', 1)[0] ?? '');
  }

  /** The process that drives the rollout. */
  async driver(): Promise<Process> {
    let found: Process | undefined;
    await this.#poll(async () => {
      found = this.#running.find(({ isDriving }) => isDriving);
      return found !== undefined;
    });
    return this.#find(found?.name ?? '');
  }

  /** Somebody who does not control it. */
  async bystander(): Promise<Process> {
    const controller = await this.controller();
    const other = this.#running.find((process) => process !== controller);
    return this.#find(other?.name ?? '');
  }

  /** Ends a process at once (SIGKILL). */
  async kill(process: Process): Promise<void> {
    this.#running = this.#running.filter((other) => other !== process);
    process.child.kill('SIGKILL');
    await once(process.child, 'exit');
  }

  /** Ends a server at once (SIGKILL) and starts it again, after something was done without it. */
  async restart(name: ServerName, meanwhile: () => Promise<void>): Promise<void> {
    const server = this.#servers.get(name);
    if (server === undefined) return;
    await server.stop();
    await meanwhile();
    const folder = join(this.#folder, name);
    const { port } = server;
    this.#servers.set(name, await startRedisServer({ port, folder, configuration: CONFIGURATION }));
  }

  /** Takes from a process its connections to a server. */
  cutOff({ child }: Process, of: Line): void {
    child.send({ ask: 'cut off', of });
  }

  /** Gives them back. */
  connect({ child }: Process, of: Line): void {
    child.send({ ask: 'connect', of });
  }

  /** So many more operations of each process that runs. */
  async work(operations: number): Promise<void> {
    const goals = this.#running.map(
      (process) => [process, process.operations + operations] as const,
    );
    await this.#poll(async () =>
      goals.every(
        ([process, goal]) => !this.#running.includes(process) || process.operations >= goal,
      ),
    );
  }

  /** Lets time pass under load, for what only time brings about. */
  async pass(ms: number): Promise<void> {
    const end = systemClock.monotonic() + ms;
    await this.#poll(async () => systemClock.monotonic() >= end);
  }

  /** Waits for what the control store holds. */
  async until(condition: (snapshot: FleetSnapshot) => boolean): Promise<FleetSnapshot> {
    let last: FleetSnapshot | undefined;
    await this.#poll(async () => {
      last = await this.remote.status().catch(() => undefined);
      return last !== undefined && condition(last);
    });
    return last ?? this.remote.status();
  }

  /** The fleet is where it was asked to be, every side is warm that is used, and everybody knows. */
  settled(): Promise<FleetSnapshot> {
    return this.until(({ state, target, members, now }) => {
      const { stage, percentage, epoch, cold } = state;
      const isThere = stage === target?.stage && percentage === target.percentage;
      const isWarm =
        (cold.legacy === 'warm' || stage === 'complete') &&
        (cold.next === 'warm' || stage === 'off');
      const isKnown = members.every(
        ({ acknowledged, until }) => acknowledged?.epoch === epoch && until > now,
      );
      return isThere && isWarm && isKnown && members.length === this.#running.length;
    });
  }

  /** Ends everything well; the logs stay until `remove`. */
  async end(): Promise<void> {
    await Promise.all(
      this.#running.map(async ({ child }) => {
        const exited = once(child, 'exit');
        child.send({ ask: 'end' });
        await exited;
      }),
    );
    this.#running = [];
  }

  async remove(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGKILL');
    this.#client.destroy();
    for (const server of this.#servers.values()) await server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #find(name: string): Process {
    const found = this.#running.find((process) => process.name === name);
    if (found === undefined) throw new Error(`expected a process; got none named ${name}`);
    return found;
  }

  #poll(condition: () => Promise<boolean>): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        condition().then((isMet) => {
          if (isMet) resolve();
          else systemClock.schedule(look, LOOK_EVERY_MS);
        }, reject);
      };
      look();
    });
  }
}
