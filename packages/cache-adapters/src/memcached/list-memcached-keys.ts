import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** How often a server is asked again that is walking through its keys for somebody else. */
const MAX_TRIES = 100;

/**
 * The keys of everything on a server, through a connection of its own, with `lru_crawler metadump`
 * (memcached 1.4.31 and newer). It takes time in proportion to all entries of the server, and none of
 * its other clients waits for it.
 */
export async function* listMemcachedKeys(server: {
  readonly host: string;
  readonly port: number;
}): AsyncIterableIterator<string> {
  const socket = createConnection(server);
  try {
    await once(socket, 'connect');
    yield* keysFrom(socket);
  } finally {
    socket.destroy();
  }
}

async function* keysFrom(socket: Socket): AsyncIterableIterator<string> {
  let tries = 1;
  const ask = (): boolean => socket.write('lru_crawler metadump all\r\n');
  ask();
  for await (const line of createInterface({ input: socket })) {
    if (line === 'END') return;
    if (line.startsWith('key=')) {
      yield decodeURIComponent(line.slice('key='.length, line.indexOf(' ')));
    } else if (line.startsWith('BUSY') && tries < MAX_TRIES) {
      tries += 1;
      ask();
    } else {
      throw new Error(`expected the keys of memcached; got ${JSON.stringify(line)}`);
    }
  }
  throw new Error('expected the keys of memcached; got an end of the connection');
}
