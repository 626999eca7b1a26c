import { afterEach, describe, expect, it } from 'vitest';
import { problemOf, TOKEN } from './admin-world.js';
import { ServedAdmin, type Framework } from './served-admin.js';

const FRAMEWORKS = [
  'node:http',
  'Express',
  'Express that reads bodies',
  'Fastify',
] as const satisfies readonly Framework[];

let service: ServedAdmin;

afterEach(() => service.close());

describe.each(FRAMEWORKS)('behind %s', (framework) => {
  it('answers below its path, and leaves the rest alone', async () => {
    service = await ServedAdmin.start(framework);
    expect(await (await service.ask('/admin/state')).json()).toEqual(
      await service.operator.report(),
    );
    expect((await service.ask('/admin')).status).toBe(200);
    expect((await service.ask('/admin/nothing')).status).toBe(404);
    expect(await (await service.ask('/work')).json()).toEqual({ work: 'done' });
  });

  it('reads a body', async () => {
    service = await ServedAdmin.start(framework);
    const response = await service.post('/admin/promote', { component: 'core', why: 'planned' });
    expect(response.status).toBe(200);
    expect(service.operator.handled).toEqual([
      { event: { kind: 'promote', component: 'core', why: 'planned' }, who: 'admin' },
    ]);
  });

  it('refuses a large body, and a wrong token', async () => {
    service = await ServedAdmin.start(framework);
    const large = await service.post('/admin/promote', { component: 'x'.repeat(50_000) });
    expect(await problemOf(large)).toMatchObject({ status: 413 });
    const init = { headers: { authorization: 'Bearer no' } };
    expect(await problemOf(await service.ask('/admin/state', init))).toMatchObject({ status: 401 });
    expect(service.operator.handled).toEqual([]);
  });

  it('streams events until the client goes', async () => {
    service = await ServedAdmin.start(framework);
    const going = new AbortController();
    const response = await service.ask('/admin/events', { signal: going.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: state')) text += String(Buffer.from((await read(reader)) ?? []));
    const left = new Promise<void>((resolve) => (service.operator.onLeave = resolve));
    going.abort();
    await left;
    expect(service.operator.followers).toBe(0);
  });

  it.each([
    ['an absolute address', `GET http://evil.example/admin/state HTTP/1.1`, 'Host: 127.0.0.1'],
    ['no path', 'OPTIONS * HTTP/1.1', 'Host: 127.0.0.1'],
    ['a host that is none', 'GET /admin/state HTTP/1.1', 'Host: a b@c/'],
    ['another host', 'GET /admin/state HTTP/1.1', 'Host: evil.example'],
    ['two slashes', 'GET //admin/state HTTP/1.1', 'Host: 127.0.0.1'],
    ['dots', 'GET /jobs/../admin/state HTTP/1.1', 'Host: 127.0.0.1'],
    ['TRACE', 'TRACE /admin/state HTTP/1.1', 'Host: 127.0.0.1'],
  ])('shows nothing for %s', async (_, line, host) => {
    service = await ServedAdmin.start(framework);
    const text = await service.exchange([
      `${line}\r\n${host}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 /);
    expect(text).not.toContain('components');
  });
});

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
  return (await reader.read()).value;
}
