import { hasRedisServer, startRedisServer } from '@resync/tooling-redis-server';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { climbTo } from '../scenarios/climb.js';
import { startResync } from '../server/resync.js';
import { settingsFrom } from '../settings.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** Everything that a Redis holds after a job was read through it, as text. */
async function heldAfterARead(url: string, key: string | undefined): Promise<string> {
  const resync = await startResync(
    settingsFrom({ REDIS_URL: url, ...(key !== undefined && { CACHE_ENCRYPTION_KEY: key }) }),
  );
  const client = createClient({ url });
  await client.connect();
  try {
    const hierarchy = resync.migrations.find(({ component }) => component === 'hierarchy');
    if (hierarchy === undefined) throw new Error('no hierarchy');
    await climbTo(100, hierarchy.router);
    const job = await resync.jobs.get('job-7');
    expect(await hierarchy.chaos.get('resync:job:job-7')).toEqual(job);
    const held: unknown[] = [];
    for (const name of await client.keys('*')) {
      const type = await client.type(name);
      held.push(await client.sendCommand(type === 'hash' ? ['HGETALL', name] : ['GET', name]));
    }
    return JSON.stringify(held);
  } finally {
    await client.flushAll();
    client.destroy();
    await resync.close();
  }
}

it.runIf(hasRedisServer(process.env))(
  'what goes to Redis can be read there, unless a key is set',
  async () => {
    const server = await startRedisServer();
    try {
      expect(await heldAfterARead(server.url, undefined)).toContain('NIGHTLY_7');
      const encrypted = await heldAfterARead(server.url, KEY);
      expect(encrypted.length).toBeGreaterThan(50);
      expect(encrypted).not.toContain('NIGHTLY_7');
    } finally {
      await server.stop();
    }
  },
);
