import Fastify, { type FastifyInstance } from 'fastify';
import { JOB_COMMANDS, type JobCommand } from '../consumers/job.js';
import { UpstreamError } from '../consumers/upstream-error.js';
import type { Resync } from './resync.js';

const CHAT_BODY = {
  type: 'object',
  required: ['query'],
  additionalProperties: false,
  properties: {
    query: { type: 'string', minLength: 1, maxLength: 4000 },
    context: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
  },
};

const COMMAND_BODY = {
  type: 'object',
  required: ['command'],
  additionalProperties: false,
  properties: { command: { enum: JOB_COMMANDS } },
};

const JOB_PARAMS = {
  type: 'object',
  properties: { id: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } },
};

interface JobParams {
  readonly id: string;
}

/** The HTTP interface of Resync. */
export function createHttpServer(resync: Resync): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 });

  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const status = statusOf(error);
    const message = status === 500 ? 'something went wrong here' : error.message;
    return reply.code(status).send({ status, error: message });
  });
  server.setNotFoundHandler(async (request, reply) =>
    reply.code(404).send({ status: 404, error: `nothing at ${request.method} ${request.url}` }),
  );

  server.post<{ Body: { query: string; context: Record<string, string> } }>(
    '/api/chat',
    { schema: { body: CHAT_BODY } },
    async ({ body }) => resync.optimizer.ask(body),
  );
  server.get('/api/jobs', async () => resync.jobs.list());
  server.get<{ Params: JobParams }>(
    '/api/jobs/:id',
    { schema: { params: JOB_PARAMS } },
    async ({ params }) => resync.jobs.get(params.id),
  );
  server.post<{ Params: JobParams; Body: { command: JobCommand } }>(
    '/api/jobs/:id/command',
    { schema: { params: JOB_PARAMS, body: COMMAND_BODY } },
    async ({ params, body }) => resync.jobs.execute(params.id, body.command),
  );

  server.get('/health', async (_request, reply) => {
    const report = await resync.health.check();
    return reply.code(report.status === 'healthy' ? 200 : 503).send(report);
  });
  server.get('/health/core', async () => resync.core.getBootStatus());
  server.get('/metrics', async (_request, reply) =>
    reply.type(resync.registry.contentType).send(await resync.registry.metrics()),
  );
  server.get('/api/migration', async () => ({
    components: resync.migrations.map(({ component, router, tally }) => ({
      component,
      state: router.state,
      sides: router.status,
      counts: tally.now,
    })),
  }));
  return server;
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (error instanceof UpstreamError) return error.status === 404 ? 404 : 502;
  return error.statusCode ?? 500;
}
