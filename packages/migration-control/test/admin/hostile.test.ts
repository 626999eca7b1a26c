import { afterEach, beforeEach, expect, it } from 'vitest';
import { TOKEN } from './admin-world.js';
import { ServedAdmin } from './served-admin.js';

let service: ServedAdmin;

beforeEach(async () => {
  // Those who know the token are not limited here: their rate would depend on the speed of the machine.
  const rate = { perSecond: 1e6, burst: 1e6 };
  service = await ServedAdmin.start('node:http', { bodyMs: 50, rate, maxStreams: 20 });
});

afterEach(async () => {
  // Whatever was sent: the service works, the operator's requests too, and nothing was done.
  expect(await (await service.ask('/work')).json()).toEqual({ work: 'done' });
  expect((await service.ask('/admin/state')).status).toBe(200);
  expect(service.operator.handled).toEqual([]);
  expect(service.errors).toEqual([]);
  await service.close();
});

const head = (line: string, ...more: readonly string[]): string =>
  [
    `${line} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    ...more,
    '',
    '',
  ].join('\r\n');

it('ends a connection whose body does not come', async () => {
  const text = await service.exchange([
    head('POST /admin/rollback', 'Content-Length: 40'),
    '{"component":',
  ]);
  expect(text).toContain('HTTP/1.1 408');
  expect(text).toContain('Connection: close'.toLowerCase());
});

it('ends a connection whose body never ends', async () => {
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
  const text = await service.exchange([
    head('POST /admin/rollback', 'Transfer-Encoding: chunked'),
    ...Array.from({ length: 50 }, () => chunk),
  ]);
  expect(text).toContain('HTTP/1.1 413');
});

it('refuses a body by the length that it announces, before any of it has come', async () => {
  const text = await service.exchange([
    head('POST /admin/rollback', 'Content-Length: 1000000000000'),
  ]);
  expect(text).toContain('HTTP/1.1 413');
});

it('does not take the rest of a refused body for a request', async () => {
  const smuggled = head('POST /admin/pause', 'Content-Length: 2') + '{}';
  const text = await service.exchange([
    head('POST /admin/rollback', 'Content-Length: 100000'),
    smuggled.padEnd(100_000),
  ]);
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
});

it('withstands 10 000 requests of who does not know the token, and answers those who do', async () => {
  const request = 'GET /admin/state HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n\r\n';
  const statuses = new Map<string, number>();
  const flood = Array.from({ length: 10 }, async () => {
    const isEnough = (text: string): boolean =>
      text.endsWith('}\n') && text.length >= 1000 * 300 && text.split('HTTP/1.1 ').length > 1000;
    const text = await service.exchange([request.repeat(1000)], isEnough);
    for (const [status] of text.matchAll(/HTTP\/1\.1 \d+/g)) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  });
  const during = await Promise.all(
    Array.from({ length: 20 }, async () => [
      (await service.ask('/work')).status,
      (await service.ask('/admin/state')).status,
    ]),
  );
  expect(new Set(during.flat())).toEqual(new Set([200]));
  await Promise.all(flood);
  const [refused = 0, tooMany = 0] = [statuses.get('HTTP/1.1 401'), statuses.get('HTTP/1.1 429')];
  expect(refused + tooMany).toBe(10_000);
  expect(tooMany).toBeGreaterThan(9000);
});

it('withstands streams of events that are left at once, and has their places for others', async () => {
  const opened = (): Promise<string> =>
    service.exchange([head('GET /admin/events')], (text) => text.includes('\r\n\r\n'));
  const texts = await Promise.all(Array.from({ length: 60 }, opened));
  for (const text of texts) expect(text).toMatch(/^HTTP\/1\.1 (200|503)/);
  const isOpen = (text: string): boolean => text.startsWith('HTTP/1.1 200');
  expect(texts.filter(isOpen).length).toBeGreaterThanOrEqual(20);
  // The service hears of those who left a little later.
  while (!isOpen(await opened()));
});
