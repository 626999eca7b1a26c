import type { FastifyInstance } from 'fastify';
import type { Resync } from '../resync.js';

/** What the migration does: for Prometheus, and for people. */
export function observationRoutes(
  server: FastifyInstance,
  { registry, migrations, services }: Pick<Resync, 'registry' | 'migrations' | 'services'>,
): void {
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  server.get('/api/migration', async () => ({
    components: migrations.map(({ component, router, tally }) => ({
      component,
      state: router.state,
      sides: router.status,
      counts: tally.now,
    })),
    services: services.map(({ component, migration, tally }) => ({
      component,
      state: migration.state,
      counts: tally.now,
    })),
  }));
}
