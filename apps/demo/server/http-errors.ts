import { CacheError } from '@resync/cache-contract';
import type { FastifyError, FastifyInstance } from 'fastify';
import { BreakerOpenError } from '../consumers/llm/circuit-breaker.js';
import { UpstreamError } from '../consumers/upstream-error.js';

/** What is the caller's fault, or a defect here; every other one says that a cache cannot do it now. */
const NOT_OF_THE_BACKEND = /^(INVALID_|TOO_LARGE|ILLEGAL_STEP)/;
const RETRY_SECONDS = '1';

/** Answers what went wrong as JSON, and says nothing of what is inside. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    const { status, text } = answerTo(error, `${request.method} ${request.url}`);
    if (status === 503) void reply.header('retry-after', RETRY_SECONDS);
    return reply.code(status).send({ status, error: text });
  });
  server.setNotFoundHandler(async ({ method, url }, reply) =>
    reply.code(404).send({ status: 404, error: nothingAt(`${method} ${url}`) }),
  );
}

function answerTo(
  error: FastifyError,
  asked: string,
): { readonly status: number; readonly text: string } {
  // Its message has the address of the server behind this one.
  if (error instanceof UpstreamError) {
    return error.status === 404
      ? { status: 404, text: nothingAt(asked) }
      : { status: 502, text: 'a server behind this one failed, or said no' };
  }
  if (error instanceof BreakerOpenError) return { status: 503, text: error.message };
  if (error instanceof CacheError && !NOT_OF_THE_BACKEND.test(error.code)) {
    return { status: 503, text: 'a cache does not answer; try again' };
  }
  const { statusCode: status = 500 } = error;
  return { status, text: status === 500 ? 'something went wrong here' : faultOf(error) };
}

function nothingAt(asked: string): string {
  return `nothing at ${asked}`;
}

/** What is wrong with a request; where it has to be one of several, they are named. */
function faultOf({ message, validation, validationContext }: FastifyError): string {
  const [first] = validation ?? [];
  const allowed = first?.params['allowedValues'];
  if (first === undefined || !Array.isArray(allowed)) return message;
  return `${validationContext ?? ''}${first.instancePath} must be one of ${allowed.join(', ')}`;
}
