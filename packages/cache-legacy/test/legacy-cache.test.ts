import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, legacyCache, type LegacyCacheOptions } from '../src/index.js';

interface Job {
  readonly log: string[];
}

function setUp(options: LegacyCacheOptions<Job> = {}) {
  return legacyCache(new AsyncTTLCache<Job>({ clock: new ManualClock(1_000_000) }), options);
}

describe('with a clone', () => {
  it('stores a copy', async () => {
    const cache = setUp({ clone: structuredClone });
    const job: Job = { log: ['set'] };
    await cache.set('job', job);
    job.log.push('changed by the writer');
    expect(await cache.get('job')).toEqual({ log: ['set'] });
    await cache.shutdown();
  });

  it('hands out a copy to each reader', async () => {
    const cache = setUp({ clone: structuredClone });
    await cache.set('job', { log: ['set'] });
    (await cache.get('job'))?.log.push('changed by a reader');
    const found = await cache.lookup('job');
    if (found.kind === 'hit') found.value.log.push('changed by another');
    for await (const { value } of cache.entries()) value.log.push('changed by a third');
    expect(await cache.get('job')).toEqual({ log: ['set'] });
    await cache.shutdown();
  });
});

it('hands out what was set where it is not told to copy', async () => {
  const cache = setUp();
  const job: Job = { log: ['set'] };
  await cache.set('job', job);
  expect(await cache.get('job')).toBe(job);
  await cache.shutdown();
});

it('declares a default lifetime in whole milliseconds, as the old cache counts it', () => {
  const { capabilities } = legacyCache(new AsyncTTLCache({ ttlSeconds: 16.1 }));
  expect(capabilities.defaultTtl).toBe(16_100);
});
