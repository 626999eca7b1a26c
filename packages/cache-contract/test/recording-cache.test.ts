import { expect, it } from 'vitest';
import { ChaosCache } from '../src/testing/chaos-cache.js';
import { CallHistory, RecordingCache } from '../src/testing/recording-cache.js';
import { ReferenceCache } from '../src/testing/reference-cache.js';

it('keeps what was called with what, and what came of it', async () => {
  const cache = new RecordingCache(new ReferenceCache<unknown>());
  await cache.set('key', 'value', { ttl: 100 });
  await cache.get('key');
  await expect(cache.delete('')).rejects.toThrow();
  await cache.clear();
  await cache.setMany([{ key: 'a', value: 1 }]);
  expect(cache.history.calls).toMatchObject([
    { operation: 'set', keys: ['key'], values: ['value'], ttl: 100, begunAt: 1 },
    { operation: 'get', keys: ['key'], outcome: { kind: 'answered', answer: 'value', at: 4 } },
    {
      operation: 'delete',
      keys: [''],
      outcome: { kind: 'failed', error: { code: 'INVALID_KEY' } },
    },
    { operation: 'clear', keys: [] },
    { operation: 'setMany', keys: ['a'], values: [1] },
  ]);
});

it('orders what overlaps, over several caches', async () => {
  const history = new CallHistory();
  const chaos = new ChaosCache(new ReferenceCache<unknown>());
  const slow = new RecordingCache(chaos, { history, name: 'slow' });
  const quick = new RecordingCache(new ReferenceCache<unknown>(), { history, name: 'quick' });
  chaos.inject({ kind: 'hang' });
  const hanging = slow.set('key', 1);
  await quick.set('key', 2);
  expect(history.calls[0]).toMatchObject({ cache: 'slow', begunAt: 1, outcome: { kind: 'open' } });
  chaos.release();
  await hanging;
  expect(history.calls).toMatchObject([
    { cache: 'slow', begunAt: 1, outcome: { at: 4 } },
    { cache: 'quick', begunAt: 2, outcome: { at: 3 } },
  ]);
});
