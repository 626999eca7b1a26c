import type { FastifyInstance } from 'fastify';
import type { HealthReport } from '../../consumers/health-service.js';
import type { Resync } from '../resync.js';

/** Whether the service is well, as a load balancer, an orchestrator and an operator ask. */
export function healthRoutes(
  server: FastifyInstance,
  { health, core }: Pick<Resync, 'health' | 'core'>,
): void {
  const checks: Readonly<Record<string, () => Promise<HealthReport>>> = {
    '/health': () => health.check(),
    '/health/detailed': () => health.checkEverything(),
    '/health/ready': () => health.checkReadiness(),
  };
  for (const [path, check] of Object.entries(checks)) {
    server.get(path, async (_request, reply) => {
      const report = await check();
      return reply.code(report.status === 'healthy' ? 200 : 503).send(report);
    });
  }
  // It answers: that is all that it says.
  server.get('/health/live', async () => ({ status: 'healthy' }));
  server.get('/health/core', async () => core.getBootStatus());
}
