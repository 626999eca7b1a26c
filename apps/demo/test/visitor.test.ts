import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LoadWindowRecorder } from '../load/load-window.js';
import { VersionChecker } from '../load/version-checker.js';
import { Visitor } from '../load/visitor.js';

const asked = new EventEmitter();
const server = createServer((_request, response) => asked.emit('request', response));
let url = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function nextRequest(): Promise<ServerResponse> {
  const [response] = (await once(asked, 'request')) as [ServerResponse];
  return response;
}

it('opens no more connections than it may, and sends what is due when one is free', async () => {
  const window = new LoadWindowRecorder();
  const visitor = new Visitor({
    url,
    versions: new VersionChecker(),
    window: () => window,
    connections: 1,
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  let answered = 0;
  asked.on('request', (response: ServerResponse) => {
    answered += 1;
    response.end('{}');
  });
  await Promise.all([visitor.visit({ kind: 'plan' }), visitor.visit({ kind: 'plan' })]);
  asked.removeAllListeners();
  expect({ answered, connections }).toEqual({ answered: 2, connections: 1 });
  expect(window.end()).toMatchObject({ requests: 2, failed: 0 });
});

it.each([
  [429, { 'retry-after': '1' }, { failed: 1, limited: 0 }],
  [
    429,
    {
      'retry-after': '1',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '1',
    },
    { failed: 0, limited: 1 },
  ],
  [500, {}, { failed: 1, limited: 0 }],
  [302, { location: '/' }, { failed: 1, limited: 0 }],
  [200, {}, { failed: 0, limited: 0 }],
])('counts an answer with %i and %j', async (status, headers, counted) => {
  const window = new LoadWindowRecorder();
  const visitor = new Visitor({ url, versions: new VersionChecker(), window: () => window });
  const request = nextRequest();
  const visit = visitor.visit({ kind: 'plan' });
  (await request).writeHead(status, headers).end('{}');
  await visit;
  expect(window.end()).toMatchObject({ requests: 1, ...counted });
});
