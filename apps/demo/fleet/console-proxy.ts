import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** What concerns all processes, and is answered by the primary. */
const SHARED = /^\/(?:$|\?|page\/|live\/|admin(?:$|[/?])|metrics(?:$|\?)|api\/migration(?:$|\?))/;

/** Lets any process answer for all of them: what concerns all goes to the primary, and its answer comes back. */
export function proxyConsole(server: FastifyInstance, port: number): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!SHARED.test(request.url)) return;
    reply.hijack();
    forward(request.raw, reply.raw, port);
  });
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const asked = ask({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  asked.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'retry-after': '1' }).end();
  });
  response.on('close', () => asked.destroy());
  request.pipe(asked);
}
