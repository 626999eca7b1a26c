import { hasRedisServer, startRedisServer } from '@resync/tooling-redis-server';
import { expect, it } from 'vitest';
import { rehearseOnce } from '../test/rehearse-once.js';

it.runIf(hasRedisServer(process.env))('takes the hierarchy to Redis', async () => {
  const server = await startRedisServer();
  try {
    const { report } = await rehearseOnce({ redisUrl: server.url });
    expect(report.traffic).toMatchObject({ failed: 0, stale: 0, incidents: [] });
    expect(report.kpis.find(({ name }) => name === 'adoption')?.verdict).toBe('met');
  } finally {
    await server.stop();
  }
});
