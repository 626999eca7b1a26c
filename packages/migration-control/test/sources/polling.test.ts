import { ManualClock } from '@resync/cache-contract/testing';
import { expect, it } from 'vitest';
import { Polling } from '../../src/sources/polling.js';

it('looks again where a look has failed, and rejects to nobody', async () => {
  const clock = new ManualClock();
  let looks = 0;
  const polling = new Polling(clock, 1000, async () => {
    looks += 1;
    throw new Error('whoever was told of it has thrown');
  });
  await polling.start();
  await polling.now();
  clock.advance(1000);
  await polling.stop();
  expect(looks).toBe(3);
});
