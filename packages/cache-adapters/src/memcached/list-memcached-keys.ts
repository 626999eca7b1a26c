import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** Where a memcached is, and how long it may stay silent. */
interface MemcachedListing {
  readonly host: string;
  readonly port: number;
  /** Milliseconds without a sign of the server after which the listing fails. Default 5000. */
  readonly silence?: number;
}

/** How often a server is asked again that is walking through its keys for somebody else. */
const MAX_TRIES = 100;

/**
 * The keys of everything on a server, through a connection of its own, with
 * `lru_crawler metadump hash` of memcached 1.6; its `metadump all` misses what is moved between lists
 * meanwhile. It takes time in proportion to all entries of the server. Keys that are not UTF-8 are left
 * out: no adapter has written them.
 *
 * @throws Error where the server cannot be reached, falls silent, or answers with something else
 */
export async function* listMemcachedKeys({
  host,
  port,
  silence = 5000,
}: MemcachedListing): AsyncIterableIterator<string> {
  const socket = createConnection({ host, port });
  // What it answers is ASCII.
  socket.setEncoding('latin1');
  socket.setTimeout(silence, () => {
    socket.destroy(new Error(`expected the keys of memcached; got nothing for ${silence} ms`));
  });
  try {
    await once(socket, 'connect');
    yield* keysFrom(socket, silence);
  } finally {
    socket.destroy();
  }
}

async function* keysFrom(socket: Socket, silence: number): AsyncIterableIterator<string> {
  let tries = 1;
  const ask = (): boolean => socket.write('lru_crawler metadump hash\r\n');
  ask();
  for await (const line of linesOf(socket, silence)) {
    if (line === 'END') return;
    if (line.startsWith('key=')) {
      const key = decoded(line.slice('key='.length, line.indexOf(' ')));
      if (key !== undefined) yield key;
    } else if (line.startsWith('BUSY') && tries < MAX_TRIES) {
      tries += 1;
      ask();
    } else {
      throw new Error(`expected the keys of memcached; got ${JSON.stringify(line)}`);
    }
  }
  throw new Error('expected the keys of memcached; got an end of the connection');
}

async function* linesOf(socket: Socket, silence: number): AsyncIterableIterator<string> {
  let rest = '';
  for await (const text of socket as AsyncIterable<string>) {
    // While the caller takes its time, the server is not the one who is silent.
    socket.setTimeout(0);
    const lines = `${rest}${text}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
    socket.setTimeout(silence);
  }
}

function decoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key);
  } catch {
    return undefined;
  }
}
