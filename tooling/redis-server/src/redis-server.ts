import { freePort } from '@resync/tooling-free-port';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How a server is started. */
export interface RedisServerOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Where it keeps its files; stays when it is stopped. Default: one of its own. */
  readonly folder?: string;
  /** More of its command line, which counts over what is here. */
  readonly configuration?: readonly string[];
  /** Told of the process as soon as there is one. */
  readonly onSpawn?: (server: ChildProcess) => void;
}

/** A server that a test started. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** It stands still (SIGSTOP): connections stay open, and nothing is answered. */
  pause(): void;
  /** It goes on (SIGCONT). */
  resume(): void;
  /** Ends it (SIGKILL) and removes what it wrote, unless it was told where to. */
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

/** Starts a `redis-server` on the loopback, which keeps nothing on disk unless it is told to. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'resync-redis-')));
  const removeFolder = async (): Promise<void> => {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  const port = options.port ?? (await freePort());
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
      ...(options.configuration ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  options.onSpawn?.(server);
  const exited = once(server, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    lines.push(line);
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        pause: () => void server.kill('SIGSTOP'),
        resume: () => void server.kill('SIGCONT'),
        stop: async () => {
          server.kill('SIGKILL');
          await exited;
          await removeFolder();
        },
      };
    }
  }
  await removeFolder();
  throw new Error(`redis-server ended instead of starting:\n${lines.join('\n')}`);
}
