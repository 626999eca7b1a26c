import { Buffer } from 'node:buffer';
import Fastify from 'fastify';
import type { Job, JobCommand } from '../consumers/job.js';
import { listenOnLoopback, type StandIn } from './stand-in.js';
import { seededLatency } from './seeded-latency.js';

/** What the stand-in is started with. */
export interface TwsServerOptions {
  readonly seed: number;
  readonly jobs: number;
  readonly user: string;
  readonly password: string;
}

const STATUS_AFTER: Readonly<Record<JobCommand, Job['status']>> = {
  hold: 'HOLD',
  release: 'READY',
  rerun: 'EXEC',
  cancel: 'CANCL',
};

/**
 * A small stand-in for HCL Workload Automation: the job definitions of its REST interface under
 * `/twsd`, with Basic auth and latency. Every command raises the version of its job.
 */
export function startTwsServer(options: TwsServerOptions): Promise<StandIn> {
  const jobs = new Map(seededJobs(options.jobs).map((job) => [job.id, job]));
  const latency = seededLatency({ seed: options.seed, medianMs: 10, sigma: 0.35 });
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;
  const server = Fastify({ forceCloseConnections: true });

  server.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === authorization) return;
    await reply.code(401).header('www-authenticate', 'Basic realm="tws"').send({ error: 'who?' });
  });
  server.addHook('preHandler', latency);

  server.head('/twsd/', async (_request, reply) => reply.send());
  server.get('/twsd/model/jobdefinition', async () => [...jobs.values()]);
  server.get<{ Params: { id: string } }>(
    '/twsd/model/jobdefinition/:id',
    async (request, reply) => {
      const job = jobs.get(request.params.id);
      return job ?? reply.code(404).send({ error: `no job ${request.params.id}` });
    },
  );
  server.post<{ Params: { id: string }; Body: { command: JobCommand } }>(
    '/twsd/model/jobdefinition/:id/command',
    async (request, reply) => {
      const job = jobs.get(request.params.id);
      if (job === undefined) return reply.code(404).send({ error: `no job ${request.params.id}` });
      const status = STATUS_AFTER[request.body.command];
      const changed: Job = { ...job, status, version: job.version + 1 };
      jobs.set(changed.id, changed);
      return changed;
    },
  );
  return listenOnLoopback(server);
}

function seededJobs(count: number): readonly Job[] {
  const statuses = ['SUCC', 'EXEC', 'READY', 'ABEND'] as const;
  return Array.from({ length: count }, (_, index) => ({
    id: `job-${index}`,
    name: `NIGHTLY_${index}`,
    workstation: `WS${index % 12}`,
    jobStream: `STREAM_${index % 40}`,
    status: statuses[index % statuses.length] ?? 'READY',
    version: 1,
  }));
}
