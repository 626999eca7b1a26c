import { SERVICE_METRICS } from '@resync/migration-metrics';
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Where nothing is, or nothing that is known. */
const OTHER = 'other';

/** Measures the requests of a server. Its labels are closed: paths and methods that nobody serves are one. */
export function measuringRequests(registry: Registry): (server: FastifyInstance) => void {
  const { name, help, labels, buckets } = SERVICE_METRICS.requests;
  const histogram = new Histogram({
    name,
    help,
    labelNames: labels,
    buckets: [...buckets],
    registers: [registry],
  });
  return (server) => {
    server.addHook('onResponse', async (request, reply) => {
      histogram.observe(
        {
          method: METHODS.includes(request.method) ? request.method : OTHER,
          route: request.routeOptions.url ?? OTHER,
          status: `${Math.floor(reply.statusCode / 100)}xx`,
        },
        reply.elapsedTime / 1000,
      );
    });
  };
}
