import type { FastifyInstance } from 'fastify';
import type { CacheHierarchy } from '../../consumers/cache-hierarchy.js';
import { CACHE_SCOPES, invalidate, type CacheScope } from '../../consumers/cache-scopes.js';

const SCOPE_BODY = {
  type: 'object',
  required: ['scope'],
  additionalProperties: false,
  properties: { scope: { enum: Object.keys(CACHE_SCOPES) } },
};

/** What the hierarchy holds, and the way to take it out. */
export function cacheRoutes(
  server: FastifyInstance,
  { hierarchy }: { readonly hierarchy: CacheHierarchy },
): void {
  server.get('/api/cache', async () => ({
    size: await hierarchy.size(),
    hitRatios: hierarchy.hitRatios,
    counts: hierarchy.counts,
  }));
  server.post<{ Body: { scope: CacheScope } }>(
    '/api/cache/invalidate',
    { schema: { body: SCOPE_BODY }, config: { tier: 'critical' } },
    async ({ body: { scope } }) => ({ scope, removed: await invalidate(hierarchy, scope) }),
  );
}
