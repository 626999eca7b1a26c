import type { FastifyInstance } from 'fastify';
import type { Resync } from '../resync.js';

const CHAT_BODY = {
  type: 'object',
  required: ['query'],
  additionalProperties: false,
  properties: {
    query: { type: 'string', minLength: 1, maxLength: 4000 },
    context: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
  },
};

/** Questions to the language model, and what they cost. */
export function chatRoutes(
  server: FastifyInstance,
  { optimizer, monitor }: Pick<Resync, 'optimizer' | 'monitor'>,
): void {
  server.post<{ Body: { query: string; context: Record<string, string> } }>(
    '/api/chat',
    { schema: { body: CHAT_BODY } },
    async ({ body }) => optimizer.ask(body),
  );
  server.get('/api/llm/usage', async () => monitor.usageReport());
}
