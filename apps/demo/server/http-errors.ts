import type { FastifyInstance } from 'fastify';
import { BreakerOpenError } from '../consumers/llm/circuit-breaker.js';
import { UpstreamError } from '../consumers/upstream-error.js';

/** Answers what went wrong as JSON, and says nothing of what is inside. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const status = statusOf(error);
    const message = status === 500 ? 'something went wrong here' : error.message;
    return reply.code(status).send({ status, error: message });
  });
  server.setNotFoundHandler(async (request, reply) =>
    reply.code(404).send({ status: 404, error: `nothing at ${request.method} ${request.url}` }),
  );
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (error instanceof UpstreamError) return error.status === 404 ? 404 : 502;
  if (error instanceof BreakerOpenError) return 503;
  return error.statusCode ?? 500;
}
