import Fastify, { type FastifyInstance } from 'fastify';
import { answerErrors } from './http-errors.js';
import { limitRates } from './rate-limit-hook.js';
import type { Resync } from './resync.js';
import { cacheRoutes } from './routes/cache-routes.js';
import { chatRoutes } from './routes/chat-routes.js';
import { healthRoutes } from './routes/health-routes.js';
import { jobRoutes } from './routes/job-routes.js';
import { observationRoutes } from './routes/observation-routes.js';
import { planRoutes } from './routes/plan-routes.js';

/** The HTTP interface of Resync. */
export function createHttpServer(resync: Resync): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 });
  answerErrors(server);
  resync.metrics?.measureRequests(server);

  // What users call is limited; what watches the service is not.
  void server.register(async (limited) => {
    limitRates(limited, resync.rateLimits);
    chatRoutes(limited, resync);
    jobRoutes(limited, resync);
    planRoutes(limited, resync);
    cacheRoutes(limited, resync);
  });
  healthRoutes(server, resync);
  observationRoutes(server, resync);
  return server;
}
