import type { FastifyInstance } from 'fastify';
import type { JobDesk } from '../../consumers/tws/job-desk.js';

const EVENTS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { hours: { type: 'integer', minimum: 1, maximum: 168, default: 24 } },
};

/** The plan of the scheduler, and what it runs on. */
export function planRoutes(server: FastifyInstance, { jobs }: { readonly jobs: JobDesk }): void {
  server.get('/api/plan', async () => jobs.plan());
  server.get('/api/plan/critical-path', async () => jobs.criticalPath());
  server.get('/api/workstations', async () => jobs.workstations());
  server.get('/api/resources', async () => jobs.resources());
  server.get<{ Querystring: { hours: number } }>(
    '/api/events',
    { schema: { querystring: EVENTS_QUERY } },
    async ({ query }) => jobs.events(query.hours),
  );
}
