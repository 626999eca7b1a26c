import type { CacheStats } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { describe, expect, it } from 'vitest';
import { AsyncTTLCache, legacyCache, legacyFacade } from '../src/index.js';
import { RemoteCache } from './remote-cache.js';

function setUp() {
  return { cache: legacyCache(new AsyncTTLCache({ clock: new ManualClock(1_000_000) })) };
}

describe('over a cache that must be asked', () => {
  it('knows the figures of the last answer', async () => {
    const facade = legacyFacade(new RemoteCache(setUp().cache));
    expect(facade.size()).toBe(0);
    await facade.set('a', 1);
    await facade.get('a');
    expect(facade.size()).toBe(1);
    await facade.stop();
    expect(facade.size()).toBe(1);
  });

  it('tells how many calls its figures are behind, also where asking fails', async () => {
    const remote = new RemoteCache(setUp().cache);
    const facade = legacyFacade(remote);
    remote.isBusy = true;
    for (const key of ['a', 'b', 'c']) {
      await facade.set(key, 1);
      await remote.getKeys();
    }
    expect(facade.getDetailedMetrics()).toMatchObject({ size: 0, calls_since: 3 });
    remote.isBusy = false;
    await facade.set('d', 1);
    await remote.getKeys();
    expect(facade.getDetailedMetrics()).toMatchObject({ size: 4, calls_since: 0 });
    await facade.stop();
  });

  it('counts the calls that end before the answer comes', async () => {
    const { cache } = setUp();
    const remote = new RemoteCache(cache);
    const facade = legacyFacade(remote);
    let answer: (stats: CacheStats) => void = () => undefined;
    remote.getStats = () => new Promise((resolve) => (answer = resolve));
    await facade.set('a', 1);
    const stats = await cache.getStats();
    await facade.set('b', 1);
    await facade.set('c', 1);
    answer(stats);
    await remote.getKeys();
    expect(facade.getDetailedMetrics()).toMatchObject({ size: 1, calls_since: 2 });
    remote.getStats = () => cache.getStats();
    await facade.stop();
  });

  it('asks it in a health check', async () => {
    const remote = new RemoteCache(setUp().cache);
    const facade = legacyFacade(remote);
    await remote.set('a', 1);
    expect(facade.size()).toBe(0);
    expect(await facade.healthCheck()).toMatchObject({ status: 'healthy', size: 1 });
    await facade.stop();
  });
});
