import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasMemcachedServer } from '@resync/tooling-memcached-server';
import { hasRedisServer } from '@resync/tooling-redis-server';
import { afterAll, expect, it } from 'vitest';
import { DemoProcess } from './demo-process.js';

const hasServers = hasRedisServer(process.env) && hasMemcachedServer(process.env);
const folder = mkdtempSync(join(tmpdir(), 'resync-orphans-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A connection to each server among these processes, which closes when that one is gone. */
async function connectToServers(processes: readonly number[]): Promise<readonly Socket[]> {
  const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', processes.join()], { encoding: 'utf8' });
  const ports = [...stdout.matchAll(/^(?:redis-server \S+:|memcached .*-p )(\d+)/gm)];
  return Promise.all(
    ports.map(async ([, port]) => {
      const socket = connect({ host: '127.0.0.1', port: Number(port) });
      await once(socket, 'connect');
      // What is read here is the end of the connection.
      return socket.resume();
    }),
  );
}

it.runIf(process.platform !== 'win32' && hasServers)(
  'a fleet whose primary is killed leaves no process and no folder behind',
  async () => {
    const demo = new DemoProcess({ TMPDIR: folder }, ['--workers', '2', '--from', 'memcached']);
    await demo.line(/^Next:/);
    const servers = await connectToServers(demo.children());
    expect(servers).toHaveLength(2);
    expect(readdirSync(folder)).toHaveLength(1);
    const gone = servers.map((server) => once(server, 'close'));
    demo.signal('SIGKILL');
    await Promise.all(gone);
    // Its output is closed when the last of them has ended that writes to it.
    await demo.ended();
    expect(readdirSync(folder)).toEqual([]);
  },
);

it.runIf(process.platform !== 'win32' && hasServers)(
  'a scenario that is killed leaves no Redis behind',
  async () => {
    const scenario = new DemoProcess({}, ['network-partition', '--small'], 'scenario');
    await scenario.line(/the network to Redis is cut$/);
    const [redis, ...others] = await connectToServers(scenario.children());
    expect(others).toEqual([]);
    const gone = redis && once(redis, 'close');
    expect(gone).toBeDefined();
    scenario.signal('SIGKILL');
    await gone;
    await scenario.ended();
  },
);
