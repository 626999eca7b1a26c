import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { listMemcachedKeys } from '../src/memcached/index.js';

const HOST = '127.0.0.1';
let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
  if (server !== undefined) await once(server, 'close');
  server = undefined;
});

/** A memcached that answers each question as it is told to. */
async function memcached(
  answer: (socket: Socket) => void,
): Promise<{ port: number; host: string }> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return { host: HOST, port: (server.address() as AddressInfo).port };
}

async function keysOf(place: Parameters<typeof listMemcachedKeys>[0]): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of listMemcachedKeys(place)) keys.push(key);
  return keys;
}

it('leaves out keys of others that are not UTF-8', async () => {
  const place = await memcached((socket) =>
    socket.write('key=a%20b exp=-1\r\nkey=%FF%FE exp=-1\r\nkey=%E2%82%AC exp=-1\r\nEND\r\n'),
  );
  expect(await keysOf(place)).toEqual(['a b', '€']);
});

it('takes lines in whatever pieces they come, and asks again where the server is busy', async () => {
  const answers = ['BUSY currently processing\r\n', 'key=first exp=-1\r\nkey=se'];
  const place = await memcached((socket) => {
    socket.write(answers.shift() ?? '');
    if (answers.length === 0) socket.end('cond exp=-1\r\nEND\r\n');
  });
  expect(await keysOf(place)).toEqual(['first', 'second']);
});

it('fails where the server accepts and stays silent', async () => {
  const silent = await memcached(() => undefined);
  await expect(keysOf({ ...silent, silence: 20 })).rejects.toThrow('got nothing for 20 ms');
});

it('fails where the server falls silent in the middle', async () => {
  const place = await memcached((socket) => socket.write('key=first exp=-1\r\n'));
  await expect(keysOf({ ...place, silence: 20 })).rejects.toThrow('got nothing for 20 ms');
});

it('fails where the connection breaks', async () => {
  const broken = await memcached((socket) => socket.resetAndDestroy());
  await expect(keysOf(broken)).rejects.toThrow('ECONNRESET');
});

it.each([
  ['closes the connection', 'key=first exp=-1\r\n', 'an end of the connection'],
  ['answers with something else', 'ERROR\r\n', '"ERROR"'],
])('fails where the server %s', async (_, answer, message) => {
  const place = await memcached((socket) => socket.end(answer));
  await expect(keysOf(place)).rejects.toThrow(message);
});
