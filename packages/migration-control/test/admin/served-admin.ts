import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { createAdminHandler } from '../../src/admin/admin-handler.js';
import type { AdminHandlerOptions } from '../../src/admin/admin-options.js';
import { expressMiddleware } from '../../src/admin/express-adapter.js';
import { fastifyPlugin } from '../../src/admin/fastify-adapter.js';
import { isBelow, nodeListener } from '../../src/admin/node-adapter.js';
import { TOKEN } from './admin-world.js';
import { ScriptedOperator } from './scripted-operator.js';

/** How a service is put together. */
export type Framework = 'node:http' | 'Express' | 'Express that reads bodies' | 'Fastify';

/** A service with work of its own at `/work`, and the admin surface beside it. */
export class ServedAdmin {
  readonly operator = new ScriptedOperator();
  readonly errors: unknown[] = [];
  readonly #close: () => Promise<void>;
  readonly port: number;

  private constructor(
    parts: Pick<ServedAdmin, 'operator' | 'errors' | 'port'>,
    close: () => Promise<void>,
  ) {
    this.operator = parts.operator;
    this.errors = parts.errors;
    this.port = parts.port;
    this.#close = close;
  }

  static async start(
    framework: Framework,
    options: Partial<AdminHandlerOptions> = {},
  ): Promise<ServedAdmin> {
    const operator = new ScriptedOperator();
    const errors: unknown[] = [];
    const closing = new AbortController();
    const handler = createAdminHandler({
      operator,
      token: TOKEN,
      signal: closing.signal,
      onError: (error) => errors.push(error),
      ...options,
    });
    const server = await SERVERS[framework](handler);
    const { port } = server.address() as AddressInfo;
    return new ServedAdmin({ operator, errors, port }, async () => {
      closing.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${TOKEN}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    return fetch(`http://127.0.0.1:${this.port}${path}`, { ...init, headers });
  }

  post(path: string, body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.ask(path, { method: 'POST', body: JSON.stringify(body), headers });
  }

  /** Sends bytes, and reads until the service closes the connection or what was read is enough. */
  async exchange(
    parts: readonly string[],
    isEnough: (text: string) => boolean = () => false,
  ): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    let text = '';
    socket.on('error', () => undefined);
    for (const part of parts) socket.write(part);
    for await (const chunk of socket) {
      text += String(chunk);
      if (isEnough(text)) break;
    }
    socket.destroy();
    return text;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

type Handler = ReturnType<typeof createAdminHandler>;

const WORK = { work: 'done' };

const SERVERS: Readonly<Record<Framework, (handler: Handler) => Promise<Server>>> = {
  'node:http': async (handler) => {
    const admin = nodeListener(handler);
    const server = createServer((request, response) => {
      if (isBelow(handler.basePath, request.url ?? '')) void admin(request, response);
      else response.end(JSON.stringify(WORK));
    });
    return listening(server.listen(0, '127.0.0.1'));
  },
  Express: (handler) => expressServer(handler, express()),
  'Express that reads bodies': (handler) => expressServer(handler, express().use(express.json())),
  Fastify: async (handler) => {
    const app = fastify();
    await app.register(fastifyPlugin(handler));
    app.get('/work', async () => WORK);
    app.post('/echo', async ({ body }) => body);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
};

async function expressServer(handler: Handler, app: express.Express): Promise<Server> {
  app.use(expressMiddleware(handler));
  app.get('/work', (_, response) => void response.json(WORK));
  return listening(app.listen(0, '127.0.0.1'));
}

async function listening(server: Server): Promise<Server> {
  await once(server, 'listening');
  return server;
}
