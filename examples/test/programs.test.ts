import { hasMemcachedServer, startMemcachedServer } from '@resync/tooling-memcached-server';
import { hasRedisServer, startRedisServer } from '@resync/tooling-redis-server';
import { describe, expect, it } from 'vitest';
import { Program } from './run-program.js';

const hasRedis = hasRedisServer(process.env);
const hasMemcached = hasMemcachedServer(process.env);

describe('an example', () => {
  it('goes from node-cache to ours', async () => {
    const { lines, code } = await new Program('node-cache-to-improved.mjs').ended();
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringContaining('preflight: warning, aliasing'),
      'now in dualwrite 0 %',
      'warm-up: 1 entry copied',
      'now in shadow 0 %',
      'now in live 0 %',
      'now in live 100 %',
      'now in live 0 %',
      "after the rollback: { state: 'EXEC' } { state: 'READY' }",
      'now in live 100 %',
      'now in rampdown 100 %',
      'now in complete 100 %',
      "in complete: { state: 'EXEC' } { state: 'READY' }",
    ]);
  });

  it('goes from Keyv to ours', async () => {
    const { lines, code } = await new Program('keyv-to-improved.mjs').ended();
    expect(code).toBe(0);
    const stages = 'dualwrite,shadow,live 0,live 10,live 50,live 100,rampdown,complete'.split(',');
    expect(lines).toEqual([
      ...stages.map((stage) => `${stage} { state: 'EXEC' } { state: 'READY' }`),
      'loads: 1',
      'through Keyv: of somebody',
    ]);
  });

  it.runIf(hasRedis)('goes from lru-cache to Redis', async () => {
    const server = await startRedisServer();
    const program = new Program('lru-cache-to-redis.mjs', { REDIS_URL: server.url });
    const { lines, code } = await program.ended();
    await server.stop();
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringContaining('preflight: warning, sharing: what each process holds differs'),
      'refused: SHARED_SIDE',
      "after the rollback: { state: 'EXEC' } { state: 'READY' }",
      "on Redis: { state: 'EXEC' } { state: 'READY' }",
    ]);
  });

  it.runIf(hasRedis && hasMemcached)(
    'goes from memcached to Redis with four processes',
    async () => {
      const [redis, memcached] = [await startRedisServer(), await startMemcachedServer()];
      const program = new Program('memcached-to-redis.mjs', {
        REDIS_URL: redis.url,
        MEMCACHED: `${memcached.host}:${memcached.port}`,
      });
      const { lines, code } = await program.ended();
      await Promise.all([redis.stop(), memcached.stop()]);
      expect(code).toBe(0);
      expect(lines).toEqual([
        'all 4 processes are in off',
        'all 4 processes are in live 50',
        'all 4 processes are in live 0',
        'all 4 processes are in complete',
        expect.stringMatching(/^\d{4,} reads checked, 0 of them stale$/),
      ]);
    },
  );
});
