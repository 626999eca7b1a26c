import { freePort } from '@resync/tooling-free-port';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a server is started. */
export interface MemcachedServerOptions {
  /** Told of the process as soon as there is one. */
  readonly onSpawn?: (server: ChildProcess) => void;
}

/** A server that a test started. */
export interface MemcachedServer {
  readonly host: string;
  readonly port: number;
  /** Ends it. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Whether `memcached` is on PATH; where it is not, one line says what is skipped. Under `CI=true` that
 * is an error.
 */
export function hasMemcachedServer(environment: NodeJS.ProcessEnv): boolean {
  const found = spawnSync('memcached', ['--version']).status === 0;
  if (!found && environment['CI'] === 'true') {
    throw new Error('expected memcached on PATH, because CI=true; found none');
  }
  if (!found) process.stderr.write('skipped: tests on a real memcached, no memcached on PATH\n');
  return found;
}

/** Starts a `memcached` on a free port of the loopback. */
export async function startMemcachedServer({
  onSpawn,
}: MemcachedServerOptions = {}): Promise<MemcachedServer> {
  const port = await freePort();
  // It refuses to run as root without the name of a user; -vv is how it says that it listens.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const options = ['-l', HOST, '-p', `${port}`, '-U', '0', '-m', '64', '-t', '1', '-vv', ...user];
  const server = spawn('memcached', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  onSpawn?.(server);
  const exited = once(server, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line);
    if (line.includes('server listening')) {
      server.stderr.resume();
      return {
        host: HOST,
        port,
        stop: async () => {
          server.kill('SIGKILL');
          await exited;
        },
      };
    }
  }
  throw new Error(`memcached ended instead of starting:\n${lines.slice(-20).join('\n')}`);
}
