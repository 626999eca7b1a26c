import type { FastifyInstance } from 'fastify';

/** A small server in place of a real one. */
export interface StandIn {
  readonly url: string;
  close(): Promise<void>;
}

export async function listenOnLoopback(server: FastifyInstance): Promise<StandIn> {
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => server.close() };
}
