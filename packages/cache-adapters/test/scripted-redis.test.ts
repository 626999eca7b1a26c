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
