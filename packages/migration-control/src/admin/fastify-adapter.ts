import type { AdminHandler } from './admin-handler.js';
import { nodeListener, type NodeRequest, type NodeResponse } from './node-adapter.js';

/** What is needed of an instance of Fastify. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: '*',
    parser: (request: unknown, payload: unknown, done: (error: Error | null) => void) => void,
  ): unknown;
  all(
    path: string,
    handler: (
      request: { readonly raw: NodeRequest },
      reply: { readonly raw: NodeResponse; hijack(): unknown },
    ) => Promise<void>,
  ): unknown;
}

/** The handler as a plugin of Fastify: `await app.register(fastifyPlugin(handler))`. */
export function fastifyPlugin(handler: AdminHandler): (scope: FastifyScope) => Promise<void> {
  const listen = nodeListener(handler);
  return async (scope) => {
    // The handler reads bodies itself, within its limits.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const path of [handler.basePath, `${handler.basePath}/*`]) {
      scope.all(path, async ({ raw: request }, reply) => {
        reply.hijack();
        await listen(request, reply.raw);
      });
    }
  };
}
