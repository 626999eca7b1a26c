import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Timer } from '@resync/cache-contract';
import { startMemcachedServer, type MemcachedServer } from '@resync/tooling-memcached-server';
import { startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { DemoError } from '../demo-error.js';
import type { LegacyServer } from './fleet-options.js';
import { databaseOf, type FleetPlace } from './fleet-place.js';
import { OrphanGuard } from '../orphans/orphan-guard.js';

/** Written before each answer: what was acknowledged outlives a SIGKILL. */
const CONFIGURATION = ['--appendonly', 'yes', '--appendfsync', 'no'];

/** For so many milliseconds a Redis that was killed is gone. */
const OUTAGE_MS = 3000;

/** What servers are needed. */
export interface FleetServersOptions {
  /** Undefined: a Redis of its own, on a free port of the loopback. */
  readonly redisUrl: string | undefined;
  readonly from: LegacyServer;
  /** The built watch, which ends the servers where this process is killed. */
  readonly orphanWatch: string;
}

/** The servers that a fleet shares: those that it was given, and those that the demo starts itself. */
export class FleetServers {
  readonly place: FleetPlace;
  readonly #folder: string | undefined;
  readonly #memcached: MemcachedServer | undefined;
  readonly #guard: OrphanGuard;
  #redis: RedisServer | undefined;
  #restart: Timer | undefined;
  #restarting: Promise<void> = Promise.resolve();

  private constructor(parts: {
    readonly place: FleetPlace;
    readonly folder: string | undefined;
    readonly redis: RedisServer | undefined;
    readonly memcached: MemcachedServer | undefined;
    readonly guard: OrphanGuard;
  }) {
    this.place = parts.place;
    this.#folder = parts.folder;
    this.#redis = parts.redis;
    this.#memcached = parts.memcached;
    this.#guard = parts.guard;
  }

  /** @throws DemoError where a server is not on PATH */
  static async start({ redisUrl, from, orphanWatch }: FleetServersOptions): Promise<FleetServers> {
    if (redisUrl === undefined) {
      assertOnPath(
        'redis-server',
        'install it, or set REDIS_URL to a Redis that keeps what it is told',
      );
    }
    if (from === 'memcached') assertOnPath('memcached', 'install it, or leave out --from');
    const guard = new OrphanGuard(orphanWatch);
    try {
      const onSpawn = guard.keep;
      const folder = redisUrl === undefined ? await folderOf(guard) : undefined;
      const redis =
        folder === undefined
          ? undefined
          : await startRedisServer({ folder, configuration: CONFIGURATION, onSpawn });
      const url = redisUrl ?? redis?.url ?? '';
      const memcached = from === 'memcached' ? await startMemcachedServer({ onSpawn }) : undefined;
      const place: FleetPlace = {
        control: url,
        legacy:
          memcached === undefined
            ? { kind: 'redis', url }
            : { kind: 'memcached', host: memcached.host, port: memcached.port },
        next: databaseOf(url, 1),
      };
      return new FleetServers({ place, folder, redis, memcached, guard });
    } catch (error) {
      await guard.end();
      throw error;
    }
  }

  /** The Redis that was started here; undefined: it was given. */
  get redis(): 'up' | 'down' | undefined {
    if (this.#folder === undefined) return undefined;
    return this.#redis === undefined ? 'down' : 'up';
  }

  /**
   * Ends the Redis at once (SIGKILL), and starts it again a few seconds later.
   *
   * @param onBack it answers again, or could not be started
   * @returns what happens from now on, in words
   */
  killRedis(onBack: (sentence: string) => void): string {
    const folder = this.#folder;
    const redis = this.#redis;
    if (redis === undefined || folder === undefined) return 'the Redis is gone already';
    this.#redis = undefined;
    const { port } = redis;
    this.#restarting = redis.stop();
    this.#restart = systemClock.schedule(() => {
      const onSpawn = this.#guard.keep;
      this.#restarting = startRedisServer({ port, folder, configuration: CONFIGURATION, onSpawn })
        .then((again) => {
          this.#redis = again;
          onBack('the Redis is back, with all that it had acknowledged');
        })
        .catch((error: unknown) => onBack(`the Redis did not come back: ${String(error)}`));
    }, OUTAGE_MS);
    return `the Redis was killed; both caches and the control store are gone for ${OUTAGE_MS / 1000} seconds`;
  }

  /** Ends what was started here. */
  async stop(): Promise<void> {
    this.#restart?.cancel();
    await this.#restarting;
    await this.#redis?.stop();
    await this.#memcached?.stop();
    await this.#guard.end();
  }
}

/** A new folder that goes with the guard. */
async function folderOf(guard: OrphanGuard): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'resync-demo-'));
  guard.keepFolder(folder);
  return folder;
}

function assertOnPath(program: string, advice: string): void {
  if (spawnSync(program, ['--version']).status === 0) return;
  throw new DemoError(`expected ${program} on PATH; found none. Either ${advice}`);
}
