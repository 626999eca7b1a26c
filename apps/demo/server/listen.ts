import type { FastifyInstance } from 'fastify';
import { DemoError } from '../demo-error.js';
import type { Settings } from '../settings.js';

/** What HOST may be to blame for, beside a port that needs more rights. */
const NOT_THERE = ['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'];

/**
 * Resolves with the address.
 *
 * @throws DemoError where HOST and PORT are not to be had
 */
export async function listen(
  server: FastifyInstance,
  { host, port }: Pick<Settings, 'host' | 'port'>,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new DemoError(`port ${port} on ${host} is taken; set PORT to a free one`);
    }
    if (NOT_THERE.includes(code)) {
      throw new DemoError(`cannot listen on ${host}, port ${port} (${code}); set HOST and PORT`);
    }
    throw error;
  }
}
