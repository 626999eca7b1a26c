import { Buffer } from 'node:buffer';
import { systemClock, type Clock } from '@resync/cache-contract';
import Fastify, { type FastifyInstance } from 'fastify';
import { JOB_COMMANDS, type JobCommand } from '../consumers/tws/job.js';
import type { TwsEndpoint } from '../consumers/tws/tws-transport.js';
import { Scheduler } from './scheduler/scheduler.js';
import { seededLatency, type LatencyProfile } from './seeded-latency.js';
import { listenOnLoopback, type StandIn } from './stand-in.js';

/** What the stand-in is started with. */
export interface TwsServerOptions extends Omit<TwsEndpoint, 'url'> {
  readonly seed: number;
  readonly jobs: number;
  /** What its jobs live by. Default: that of the machine. */
  readonly clock?: Clock;
  readonly latency?: Omit<LatencyProfile, 'seed'>;
}

/** The stand-in of the scheduler, and what it was asked. */
export interface TwsStandIn extends StandIn {
  /** Requests since the start, by method and path. */
  readonly requests: ReadonlyMap<string, number>;
}

const LATENCY = { medianMs: 10, sigma: 0.35 };
const COMMAND_BODY = {
  type: 'object',
  required: ['command'],
  properties: { command: { enum: JOB_COMMANDS } },
};

interface ById {
  Params: { id: string };
}

/**
 * A stand-in for HCL Workload Automation: the REST interface under `/twsd`, with Basic auth, its engine,
 * and latency, over jobs that live. Every command raises the version of its job.
 */
export async function startTwsServer(options: TwsServerOptions): Promise<TwsStandIn> {
  const { seed, jobs, clock = systemClock } = options;
  const scheduler = new Scheduler({ seed, jobs, clock });
  const latency = seededLatency({ seed, ...LATENCY, ...options.latency });
  const requests = new Map<string, number>();
  const server = Fastify({ forceCloseConnections: true });
  server.addHook('onRequest', async ({ method, url }) => {
    const asked = `${method} ${url.split('?', 1)[0] ?? url}`;
    requests.set(asked, (requests.get(asked) ?? 0) + 1);
  });
  refuseStrangers(server, options);
  server.addHook('preHandler', latency);

  server.head('/twsd/', async (_request, reply) => reply.send());
  planRoutes(server, scheduler);
  jobRoutes(server, scheduler);
  return { ...(await listenOnLoopback(server)), requests };
}

/** Basic auth, and the engine in the query. */
function refuseStrangers(
  server: FastifyInstance,
  { user, password, engineName, engineOwner }: TwsServerOptions,
): void {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  server.addHook<{ Querystring: { engineName?: string; engineOwner?: string } }>(
    'onRequest',
    async ({ headers, query }, reply) => {
      if (headers.authorization !== authorization) {
        reply.header('www-authenticate', 'Basic realm="tws"');
        return reply.code(401).send({ error: 'expected another user or password' });
      }
      if (query.engineName === engineName && query.engineOwner === engineOwner) return undefined;
      return reply.code(400).send({ error: `expected the engine ${engineName} of ${engineOwner}` });
    },
  );
}

function planRoutes(server: FastifyInstance, scheduler: Scheduler): void {
  server.get('/twsd/plan/current', async () => scheduler.plan());
  server.get('/twsd/plan/current/criticalpath', async () => scheduler.criticalPath());
  server.get('/twsd/model/workstation', async () => scheduler.workstations());
  server.get('/twsd/model/resource', async () => scheduler.resources());
  server.get<{ Querystring: { since?: string } }>('/twsd/events', async ({ query }, reply) => {
    const hours = /^(\d{1,4})h$/.exec(query.since ?? '24h')?.[1];
    if (hours === undefined) return reply.code(400).send({ error: 'expected since=<hours>h' });
    return scheduler.eventsSince(Number(hours));
  });
}

function jobRoutes(server: FastifyInstance, scheduler: Scheduler): void {
  const jobs = '/twsd/model/jobdefinition';
  const parts = {
    '': (id: string) => scheduler.job(id),
    '/history': (id: string) => scheduler.history(id),
    '/log': (id: string) => scheduler.log(id),
    '/dependencies': (id: string) => scheduler.dependencies(id),
  };
  server.get(jobs, async () => scheduler.jobs());
  for (const [path, find] of Object.entries(parts)) {
    server.get<ById>(`${jobs}/:id${path}`, async ({ params }, reply) => {
      const found = find(params.id);
      return found ?? reply.code(404).send({ error: `no job ${params.id}` });
    });
  }
  server.post<ById & { Body: { command: JobCommand } }>(
    `${jobs}/:id/command`,
    { schema: { body: COMMAND_BODY } },
    async ({ params, body }, reply) => {
      const job = scheduler.execute(params.id, body.command);
      return job ?? reply.code(404).send({ error: `no job ${params.id}` });
    },
  );
}
