import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type {
  RateLimitDecision,
  RateLimiter,
  RateLimitRequest,
  RateLimitTier,
} from '../consumers/rate-limits/rate-limiter.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Default: `authenticated` where a user is named, else `public`. */
    readonly tier?: RateLimitTier;
  }
}

/** Whoever names themselves is believed: the demo has no accounts. */
const USER = /^Bearer ([A-Za-z0-9_.-]{1,64})$/;

/** Refuses what is over the limit, on every route that is registered on this instance. */
export function limitRates(server: FastifyInstance, limiter: RateLimiter): void {
  server.addHook('onRequest', async (request, reply) => {
    const decision = await limiter.acquire(requestFor(request));
    describeLimit(reply, decision);
    if (decision.isAllowed) return undefined;
    const seconds = secondsOf(decision.retryAfterMs);
    reply.header('retry-after', seconds);
    return reply
      .code(429)
      .send({ status: 429, error: `too many requests; try again in ${seconds} s` });
  });
}

function requestFor({ headers, ip, routeOptions }: FastifyRequest): RateLimitRequest {
  const user = USER.exec(headers.authorization ?? '')?.[1];
  const tier = routeOptions.config.tier ?? (user === undefined ? 'public' : 'authenticated');
  return { tier, user: user === undefined ? `ip ${ip}` : `user ${user}` };
}

function describeLimit(
  reply: FastifyReply,
  { limit, remaining, resetMs }: RateLimitDecision,
): void {
  reply.header('ratelimit-limit', limit);
  reply.header('ratelimit-remaining', Math.max(0, remaining));
  reply.header('ratelimit-reset', secondsOf(resetMs));
}

function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}
