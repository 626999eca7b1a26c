import { hasRedisServer, startRedisServer, type RedisServer } from '@resync/tooling-redis-server';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExamples } from '../src/show-examples.js';
import { TEXTS } from '../src/texts.js';

// From here all packages can be imported.
const folder = fileURLToPath(new URL('../dist/examples', import.meta.url));
const hasRedis = hasRedisServer(process.env);
let redis: RedisServer | undefined;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  if (hasRedis) redis = await startRedisServer();
});

afterAll(async () => {
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it.each(TEXTS)('every example of %s runs, and ends by itself', (file) => {
  const ended = runExamples(file, { folder, kind: 'module', redisUrl: redis?.url });
  for (const { code, stderr } of ended) {
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }
  // Without a Redis some have to be left out.
  expect(ended.length).toBeGreaterThan(redis === undefined ? -1 : 0);
});
