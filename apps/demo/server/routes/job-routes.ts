import type { FastifyInstance } from 'fastify';
import type { JobDesk } from '../../consumers/tws/job-desk.js';
import { JOB_COMMANDS, type JobCommand } from '../../consumers/tws/job.js';

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

/** The jobs of the scheduler, and commands to them. */
export function jobRoutes(server: FastifyInstance, { jobs }: { readonly jobs: JobDesk }): void {
  server.get('/api/jobs', async () => jobs.list());
  const parts = {
    '': (id: string) => jobs.get(id),
    '/details': (id: string) => jobs.details(id),
    '/history': (id: string) => jobs.history(id),
    '/log': (id: string) => jobs.log(id),
    '/dependencies': (id: string) => jobs.dependencies(id),
  };
  for (const [path, read] of Object.entries(parts)) {
    server.get<{ Params: JobParams }>(
      `/api/jobs/:id${path}`,
      { schema: { params: JOB_PARAMS } },
      async ({ params }) => read(params.id),
    );
  }
  server.post<{ Params: JobParams; Body: { command: JobCommand } }>(
    '/api/jobs/:id/command',
    { schema: { params: JOB_PARAMS, body: COMMAND_BODY }, config: { tier: 'critical' } },
    async ({ params, body }) => jobs.execute(params.id, body.command),
  );
}
