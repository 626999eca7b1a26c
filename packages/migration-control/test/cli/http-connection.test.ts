import { getEventListeners, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { RolloutNews } from '../../src/cli/connection/connection.js';
import { HttpConnection } from '../../src/cli/connection/http-connection.js';
import { HurriedClock } from './hurried-clock.js';

const TIMEOUT_MS = 60_000;
const REPORT = { now: 0, isPaused: false, components: [] };
const EVENTS = { 'content-type': 'text/event-stream' };
const eventOf = (id: string): string =>
  `id: ${id}\nevent: state\ndata: ${JSON.stringify(REPORT)}\n\n`;

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An answer of the surface. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const SAYS: Answer = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(REPORT),
};
const refusal = (seconds: string): Answer => ({
  status: 429,
  headers: { 'content-type': 'application/problem+json', 'retry-after': seconds },
  body: JSON.stringify({ title: 'Too many requests', detail: `Ask again in ${seconds} s.` }),
});

/** A surface that answers in this order, and a connection to it. */
async function surface(answers: readonly Answer[]) {
  const asked: IncomingMessage[] = [];
  const left = [...answers];
  server = createServer((incoming, response) => {
    asked.push(incoming);
    const { body, headers = {}, status = 200 } = left.shift() ?? SAYS;
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = new HurriedClock(TIMEOUT_MS - 1);
  const { signal } = new AbortController();
  const connection = new HttpConnection({
    url: `http://127.0.0.1:${port}/admin`,
    token: 'token',
    who: 'ann',
    timeoutMs: TIMEOUT_MS,
    clock,
    signal,
  });
  return { asked, clock, connection, signal };
}

it('asks again after the time that it is told', async () => {
  const { asked, clock, connection } = await surface([refusal('2'), refusal('3')]);
  expect(await connection.report()).toEqual(REPORT);
  expect(asked).toHaveLength(3);
  expect(clock.waits).toEqual([TIMEOUT_MS, 2000, 3000]);
});

it('tells a refusal that lasts longer than it would wait', async () => {
  const { asked, connection } = await surface([refusal('60')]);
  await expect(connection.report()).rejects.toThrow('Too many requests: Ask again in 60 s.');
  expect(asked).toHaveLength(1);
});

it('listens no longer to who may interrupt it, once it is answered', async () => {
  const { connection, signal } = await surface([]);
  for (let count = 0; count < 12; count += 1) await connection.report();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('follows on after the last event where the stream has ended', async () => {
  const { asked, connection } = await surface([
    { headers: EVENTS, body: eventOf('a.1') + eventOf('a.2') },
    { status: 503, headers: SAYS.headers ?? {}, body: '{"title":"Closing","detail":"Soon."}' },
    { headers: EVENTS, body: eventOf('a.3') },
  ]);
  const ending = new AbortController();
  const kinds: RolloutNews['kind'][] = [];
  for await (const { kind } of connection.follow(ending.signal)) {
    kinds.push(kind);
    if (kinds.length === 6) ending.abort();
  }
  expect(kinds).toEqual(['state', 'state', 'cut', 'cut', 'back', 'state']);
  expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'a.2', 'a.2']);
});

it('is refused at once what it has never followed', async () => {
  const { asked, connection } = await surface([{ ...refusal('600'), status: 503 }]);
  const news = connection.follow(new AbortController().signal)[Symbol.asyncIterator]();
  await expect(news.next()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(asked).toHaveLength(1);
});
