import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { nodeRedisCache } from '../src/redis/index.js';

it('gives an entry once that a scan finds twice', async () => {
  const scans = [
    ['7', ['twice:a', 'twice:b']],
    ['0', ['twice:b', 'twice:c']],
  ];
  const cache = nodeRedisCache(
    {
      sendCommand: async ([command, , count, ...keys]) =>
        command === 'SCAN' ? scans.shift() : keys.slice(0, Number(count)).map(() => ['1', -1]),
      close: async () => undefined,
    },
    { prefix: 'twice:' },
  );
  const found: string[] = [];
  for await (const { key } of cache.entries()) found.push(key);
  expect(found).toEqual(['a', 'b', 'c']);
});

it('says no later end than the entry has, however late the reply comes', async () => {
  const clock = new ManualClock(1_000_000);
  const cache = nodeRedisCache(
    {
      sendCommand: async () => {
        clock.advance(300);
        return ['1', 500];
      },
      close: async () => undefined,
    },
    { prefix: 'late:', clock },
  );
  expect(await cache.lookup('key')).toMatchObject({ expiresAt: 1_000_500 });
});
