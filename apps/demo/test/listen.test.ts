import type { FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { listen } from '../server/listen.js';

/** A server that cannot listen. */
function failing(error: Error): FastifyInstance {
  return { listen: () => Promise.reject(error) } as unknown as FastifyInstance;
}

it.each([
  ['EADDRINUSE', 'port 80 on somewhere is taken; set PORT to a free one'],
  ['EACCES', 'cannot listen on somewhere, port 80 (EACCES); set HOST and PORT'],
  ['ENOTFOUND', 'cannot listen on somewhere, port 80 (ENOTFOUND); set HOST and PORT'],
])('says what to do about %s', async (code, message) => {
  const server = failing(Object.assign(new Error('listen'), { code }));
  await expect(listen(server, { host: 'somewhere', port: 80 })).rejects.toThrow(
    expect.objectContaining({ name: 'DemoError', message }) as Error,
  );
});

it('keeps what is no fault of the settings', async () => {
  const error = new Error('a defect');
  await expect(listen(failing(error), { host: 'somewhere', port: 80 })).rejects.toBe(error);
});
