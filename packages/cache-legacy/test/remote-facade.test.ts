import type { CacheStats } from '@resync/cache-contract';
import { ManualClock } from '@resync/cache-contract/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { AsyncTTLCache, legacyCache, legacyFacade } from '../src/index.js';
import { RemoteCache } from './remote-cache.js';

/** What was asked in the background has been answered. */
const answered = (): Promise<unknown> => new Promise(setImmediate);

describe('over a cache that must be asked', () => {
  let clock: ManualClock;
  let remote: RemoteCache;

  beforeEach(() => {
    clock = new ManualClock(1_000_000);
    remote = new RemoteCache(legacyCache(new AsyncTTLCache({ clock })));
  });

  it('knows the figures of the last answer, which it is asked for by whoever wants them', async () => {
    const facade = legacyFacade(remote, { clock });
    await facade.set('a', 1);
    expect(facade.size()).toBe(0);
    await answered();
    expect(facade.size()).toBe(1);
    await facade.stop();
    expect(facade.size()).toBe(1);
    expect(remote.timesAsked).toBe(1);
  });

  it('does not ask where nobody wants figures, and at most every five seconds where somebody does', async () => {
    const facade = legacyFacade(remote, { clock });
    for (let call = 0; call < 100; call += 1) await facade.get('a');
    expect(remote.timesAsked).toBe(0);
    for (let call = 0; call < 100; call += 1) {
      await facade.set(`${call}`, 1);
      facade.size();
      facade.getDetailedMetrics();
      clock.advance(100);
    }
    expect(remote.timesAsked).toBe(2);
    await facade.stop();
  });

  it('asks once at a time, however long the answer takes', async () => {
    const facade = legacyFacade(remote, { clock });
    let asked = 0;
    remote.getStats = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    for (let call = 0; call < 10; call += 1) {
      facade.size();
      clock.advance(60_000);
    }
    expect(asked).toBe(1);
    await facade.stop();
  });

  it('tells how many calls its figures are behind, also where asking fails', async () => {
    const facade = legacyFacade(remote, { clock });
    remote.isBusy = true;
    for (const key of ['a', 'b', 'c']) {
      await facade.set(key, 1);
      facade.size();
      clock.advance(5000);
      await answered();
    }
    expect(facade.getDetailedMetrics()).toMatchObject({ size: 0, calls_since: 3 });
    await answered();
    remote.isBusy = false;
    clock.advance(5000);
    await facade.set('d', 1);
    facade.size();
    await answered();
    expect(facade.getDetailedMetrics()).toMatchObject({ size: 4, calls_since: 0 });
    await facade.stop();
  });

  it('counts the calls that end before the answer comes', async () => {
    const facade = legacyFacade(remote, { clock });
    let answer: (stats: CacheStats) => void = () => undefined;
    await facade.set('a', 1);
    const stats = await remote.getStats();
    remote.getStats = () => new Promise((resolve) => (answer = resolve));
    facade.size();
    await facade.set('b', 1);
    await facade.set('c', 1);
    answer(stats);
    await answered();
    expect(facade.getDetailedMetrics()).toMatchObject({ size: 1, calls_since: 2 });
    await facade.stop();
  });

  it('asks it in a health check', async () => {
    const facade = legacyFacade(remote, { clock });
    await remote.set('a', 1);
    expect(await facade.healthCheck()).toMatchObject({ status: 'healthy', size: 1 });
    await facade.stop();
  });
});
