import { CacheError } from '@resync/cache-contract';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { UpstreamError } from '../consumers/upstream-error.js';
import { answerErrors } from '../server/http-errors.js';

const INSIDE = 'TWS answered to http://127.0.0.1:1/secret';

async function answerTo(error: Error) {
  const server = Fastify();
  answerErrors(server);
  server.get('/it', () => Promise.reject(error));
  return server.inject({ method: 'GET', url: '/it' });
}

it.each([
  [new UpstreamError(INSIDE, { status: 404 }), 404, 'nothing at GET /it'],
  [new UpstreamError(INSIDE, { status: 500 }), 502, 'a server behind this one failed, or said no'],
  [new CacheError('BACKEND', INSIDE), 503, 'a cache does not answer; try again'],
  [new CacheError('INVALID_KEY', INSIDE), 500, 'something went wrong here'],
  [new Error(INSIDE), 500, 'something went wrong here'],
])('says of %s nothing of what is inside', async (fault, status, error) => {
  const answer = await answerTo(fault);
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toEqual({ status, error });
  expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined);
});
