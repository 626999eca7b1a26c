import type { FastifyInstance } from 'fastify';
import type { ComponentMigration } from '../component-migration.js';

const HEADER = 'x-resync-percentages';

/** Says with each answer of the service how much of each component next answers for. */
export function tellPercentages(
  server: FastifyInstance,
  migrations: readonly ComponentMigration[],
): void {
  server.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    const percentages = migrations.map(
      ({ component, router }) => `${component}=${router.state.percentage}`,
    );
    void reply.header(HEADER, percentages.join(','));
  });
}
