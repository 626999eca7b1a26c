import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server that a test started. */
export interface RedisServer {
  readonly url: string;
  /** Ends it and removes what it wrote. */
  stop(): Promise<void>;
}

/**
 * Whether `redis-server` is on PATH; where it is not, one line says what is skipped. Under `CI=true`
 * that is an error.
 */
export function hasRedisServer(environment: NodeJS.ProcessEnv): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0;
  if (!found && environment['CI'] === 'true') {
    throw new Error('expected redis-server on PATH, because CI=true; found none');
  }
  if (!found) process.stderr.write('skipped: tests on a real Redis, no redis-server on PATH\n');
  return found;
}

/** Starts a `redis-server` on a free port of the loopback, which keeps nothing on disk. */
export async function startRedisServer(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'resync-redis-'));
  const port = await freePort();
  const server = spawn(
    'redis-server',
    [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(server, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    lines.push(line);
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return {
        url: `redis://127.0.0.1:${port}`,
        stop: async () => {
          server.kill('SIGKILL');
          await exited;
          await rm(folder, { recursive: true, force: true });
        },
      };
    }
  }
  await rm(folder, { recursive: true, force: true });
  throw new Error(`redis-server ended instead of starting:\n${lines.join('\n')}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
