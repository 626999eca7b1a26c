import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisClientOptions } from '../src/redis/index.js';
import { TcpProxy, type ProxyMode } from '../test/fixtures/tcp-proxy.js';
import { passes, sharedNow, underLoad, type FleetSettings } from './fleet.js';
import { printLine } from './print-line.js';

const isThere = hasRedisServer(process.env);

const TIMEOUT = 500;
/** How late a caller may be told, beyond what its process was held up. */
const SLACK = 100;
const CALM = 500;
const AFTERWARDS = 2500;
const ON_DISK = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** What two processes under load survive, each proved in real time. */
export function describeOutages(kind: 'without tiers' | 'with tiers'): void {
  describe.runIf(isThere)(`two processes under load ${kind}`, () => {
    let server: RedisServer;
    let folder: string;
    let proxy: TcpProxy;
    let namespaces = 0;
    const memoryTtl = 2000;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'resync-proof-'));
      server = await startRedisServer({ folder, configuration: ON_DISK });
      proxy = await TcpProxy.before(server.port);
    });

    afterEach(async () => {
      await proxy.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** Runs the load before, while and after something is wrong, and checks what must always hold. */
    async function survives(
      name: string,
      { begin, end }: { begin: () => Promise<void> | void; end: () => Promise<void> | void },
      settings: Partial<FleetSettings> & { readonly during: number },
    ): Promise<void> {
      namespaces += 1;
      const { during, ...others } = settings;
      let endedAt = 0;
      const result = await underLoad(
        {
          url: server.url,
          namespace: `outage-${namespaces}`,
          timeout: TIMEOUT,
          clears: true,
          ...(kind === 'with tiers' && { tiers: { memoryTtl } }),
          ...others,
        },
        async () => {
          await passes(CALM);
          await begin();
          await passes(during);
          await end();
          endedAt = sharedNow();
          await passes(AFTERWARDS);
        },
      );
      const recovered = result.recoveredAfter(endedAt);
      const longestStale = Math.max(0, ...result.stale);
      printLine(
        `${name}, ${kind}: ${result.operations} operations, ${result.reads} hits, longest ${result.longestMs.toFixed(0)} ms (held up ${result.longestStallMs.toFixed(0)} ms), back after ${recovered.toFixed(0)} ms, heap ${result.peakHeapMb.toFixed(0)} MB, stale ${result.stale.length} (at most ${longestStale.toFixed(1)} ms), failures ${JSON.stringify(result.failures)}`,
      );
      expect(result.unhandled).toEqual([]);
      expect(result.exitCodes).toEqual([0, 0]);
      expect(result.strange).toBe(0);
      expect(result.longestMs).toBeLessThan(TIMEOUT + SLACK + 2 * result.longestStallMs);
      expect(recovered).toBeLessThan(AFTERWARDS);
      expect(result.longestExpired).toBe(0);
      expect(result.staleOwn).toEqual([]);
      if (kind === 'without tiers') expect(result.stale).toEqual([]);
      else expect(longestStale).toBeLessThan(memoryTtl);
      // Enough for what is above to mean something, however slow the machine is.
      expect(result.reads).toBeGreaterThan(100);
      for (const failure of Object.keys(result.failures)) {
        expect(['timeout', 'overload', 'offline', 'read-only', 'out-of-memory']).toContain(failure);
      }
    }

    async function ask(...command: string[]): Promise<void> {
      const client = createClient(redisClientOptions(server.url));
      await client.connect();
      await client.sendCommand(command);
      client.destroy();
    }

    it('survive a kill and a restart without the data', async () => {
      await survives(
        'kill -9, restart without data',
        {
          begin: () => server.stop(),
          end: async () => {
            await rm(folder, { recursive: true, force: true });
            server = await startRedisServer({ port: server.port });
          },
        },
        { during: 1500 },
      );
    });

    it('survive a kill and a restart with the data', async () => {
      await survives(
        'kill -9, restart with data',
        {
          begin: () => server.stop(),
          end: async () => {
            server = await startRedisServer({ port: server.port, folder, configuration: ON_DISK });
          },
        },
        { during: 1500 },
      );
    });

    it('survive a server that stands still for ten seconds', async () => {
      await survives(
        'SIGSTOP for 10 s',
        { begin: () => server.pause(), end: () => server.resume() },
        { during: 10_000 },
      );
    });

    it('survive a server that stands still for a moment, again and again', async () => {
      await survives(
        'SIGSTOP for 700 ms, five times',
        {
          begin: async () => {
            for (let round = 0; round < 5; round += 1) {
              server.pause();
              await passes(700);
              server.resume();
              await passes(300);
            }
          },
          end: () => undefined,
        },
        { during: 100 },
      );
    });

    it('survive a server without room', async () => {
      await survives(
        'maxmemory reached',
        {
          begin: () => ask('CONFIG', 'SET', 'maxmemory', '1'),
          end: () => ask('CONFIG', 'SET', 'maxmemory', '0'),
        },
        { during: 2000 },
      );
    });

    it('survive a server that evicts whatever it likes', async () => {
      await ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
      await survives(
        'evicting at random',
        {
          begin: () => ask('CONFIG', 'SET', 'maxmemory', '2mb'),
          end: () => ask('CONFIG', 'SET', 'maxmemory', '0'),
        },
        { during: 3000, valueLength: 50_000 },
      );
    });

    it('survive a server that takes no writes', async () => {
      await survives(
        'read-only',
        {
          begin: () => ask('REPLICAOF', '127.0.0.1', '1'),
          end: () => ask('REPLICAOF', 'NO', 'ONE'),
        },
        { during: 2000 },
      );
    });

    it.each<[string, ProxyMode]>([
      ['swallows everything', 'swallow'],
      ['delays by 200 ms', { delay: 200 }],
      ['delays by 900 ms', { delay: 900 }],
    ])('survive a network that %s', async (name, mode) => {
      await survives(
        `network that ${name}`,
        { begin: () => void (proxy.mode = mode), end: () => void (proxy.mode = 'pass') },
        { during: 3000, url: proxy.url },
      );
    });

    it('survive a network on which what one process writes comes late, again and again', async () => {
      await survives(
        'one of two delayed by 900 ms, four times',
        {
          begin: async () => {
            for (let round = 0; round < 4; round += 1) {
              proxy.mode = { delay: 900 };
              await passes(1200);
              proxy.mode = 'pass';
              await passes(1200);
            }
          },
          end: () => undefined,
        },
        { during: 100, secondUrl: proxy.url },
      );
    });

    it('survive connections that break and half-close all the time', async () => {
      await survives(
        'connections cut and half-closed, 20 times',
        {
          begin: async () => {
            for (let round = 0; round < 20; round += 1) {
              if (round % 2 === 0) proxy.cut();
              else proxy.halfClose();
              await passes(150);
            }
          },
          end: () => undefined,
        },
        { during: 100, url: proxy.url },
      );
    });

    it('see nothing wrong where nothing is wrong', async () => {
      await survives(
        'nothing wrong',
        { begin: () => undefined, end: () => undefined },
        { during: 3000 },
      );
    });
  });
}
