import {
  request as ask,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { FastifyInstance } from 'fastify';

/** What concerns all processes, and is answered by the primary. */
const SHARED = /^\/(?:$|\?|page\/|live\/|admin(?:$|[/?])|metrics(?:$|\?)|api\/migration(?:$|\?))/;

/** They are about one connection, and are not passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];

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
  const asked = ask(
    { host: '127.0.0.1', port, method, path: url, headers: passedOn(headers) },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  asked.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'retry-after': '1' }).end();
  });
  response.on('close', () => asked.destroy());
  request.pipe(asked);
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
