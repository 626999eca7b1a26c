import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FAULTS, type FaultName } from './page-messages.js';
import { isAuthorized } from './steering-token.js';

/** What the routes switch, and who is told. */
export interface FaultRoutesOptions {
  readonly token: string;
  readonly faults: {
    /** @returns what happens from now on, in words */
    set(component: string, fault: FaultName): string;
  };
  readonly memory: { put(weight: 'on' | 'off'): void };
  /** Ends the Redis that the demo started, and starts it again. Default: it started none. */
  readonly killRedis?: (() => string) | undefined;
  readonly components: readonly string[];
  /** Faults are for after the rehearsal, which makes its own. */
  readonly isOpen: () => boolean;
  readonly onSwitch: (component: string | undefined, sentence: string) => void;
}

/** The switches that make things go wrong, for whoever has the token. */
export function faultRoutes(server: FastifyInstance, options: FaultRoutesOptions): void {
  const { faults, memory, components, onSwitch } = options;
  // Before the body is looked at: whoever has no token learns nothing of what it should be.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (!isAuthorized(request.headers.authorization, options.token)) {
      return refuse(reply, 401, 'expected the token that the terminal shows, as Bearer');
    }
    if (!options.isOpen()) {
      return refuse(reply, 409, 'expected the rehearsal to be over, which makes faults of its own');
    }
    return undefined;
  };
  server.post<{ Body: { component: string; fault: FaultName } }>(
    '/live/faults',
    {
      onRequest,
      schema: { body: bodyOf({ component: { enum: components }, fault: { enum: FAULTS } }) },
    },
    async ({ body: { component, fault } }) => {
      const sentence = faults.set(component, fault);
      onSwitch(component, sentence);
      return { component, fault };
    },
  );
  server.post<{ Body: { pressure: 'on' | 'off' } }>(
    '/live/memory',
    { onRequest, schema: { body: bodyOf({ pressure: { enum: ['on', 'off'] } }) } },
    async ({ body: { pressure } }) => {
      memory.put(pressure);
      onSwitch(
        undefined,
        pressure === 'on'
          ? 'the process takes 256 MB more from now on, which is over its limit'
          : 'the process has given the memory back',
      );
      return { pressure };
    },
  );
  const { killRedis } = options;
  if (killRedis === undefined) return;
  server.post('/live/redis', { onRequest }, async () => {
    onSwitch(undefined, killRedis());
    return { redis: 'down' };
  });
}

function bodyOf(properties: Readonly<Record<string, object>>): object {
  const required = Object.keys(properties);
  return { type: 'object', additionalProperties: false, required, properties };
}

async function refuse(reply: FastifyReply, status: number, error: string): Promise<unknown> {
  return reply.code(status).send({ status, error });
}
