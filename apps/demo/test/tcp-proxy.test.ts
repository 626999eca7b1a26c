import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TcpProxy } from '../scenarios/tcp-proxy.js';

let server: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.start((server.address() as AddressInfo).port);
});

afterEach(async () => {
  await proxy.close();
  server.close();
});

async function open() {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

it('carries both ways', async () => {
  const socket = await open();
  socket.write('there and back');
  expect(await once(socket, 'data')).toEqual(['there and back']);
  socket.destroy();
});

it('cut, it ends what is open, and takes nobody until it is whole', async () => {
  const socket = await open();
  socket.write('x');
  await once(socket, 'data');
  proxy.set('cut');
  await once(socket, 'close');
  const other = await open();
  await once(other, 'close');
  proxy.set('whole');
  const later = await open();
  later.write('again');
  expect(await once(later, 'data')).toEqual(['again']);
  later.destroy();
});

it('stalled, it keeps what is sent, and hands it over when it is whole', async () => {
  const socket = await open();
  socket.write('1');
  await once(socket, 'data');
  proxy.set('stalled');
  let received = '';
  socket.on('data', (text) => {
    received += String(text);
  });
  socket.write('2');
  // A round trip past it is long enough for what would have come through.
  const past = connect((server.address() as AddressInfo).port, '127.0.0.1');
  past.write('x');
  await once(past, 'data');
  past.destroy();
  expect(received).toBe('');
  proxy.set('whole');
  await once(socket, 'data');
  expect(received).toBe('2');
  socket.destroy();
});
