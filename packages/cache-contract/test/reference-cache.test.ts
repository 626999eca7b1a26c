import { expect, it } from 'vitest';
import { describeCache } from '../src/conformance/index.js';
import { ChaosCache } from '../src/testing/chaos-cache.js';
import { ManualClock } from '../src/testing/manual-clock.js';
import { RecordingCache } from '../src/testing/recording-cache.js';
import { ReferenceCache, ReferenceStore } from '../src/testing/reference-cache.js';

describeCache('ReferenceCache', (context) => new ReferenceCache(context));

describeCache(
  'ReferenceCache with sliding expiry',
  (context) => new ReferenceCache({ ...context, expiry: 'sliding', defaultTtl: 5000 }),
);

describeCache(
  'ReferenceCache over a shared store',
  (context) => new ReferenceCache({ ...context, store: new ReferenceStore() }),
);

describeCache(
  'ChaosCache without faults',
  (context) => new ChaosCache(new ReferenceCache(context)),
);

describeCache('RecordingCache', (context) => new RecordingCache(new ReferenceCache(context)));

function twoProcesses() {
  const clock = new ManualClock(1000);
  const store = new ReferenceStore();
  return { a: new ReferenceCache({ clock, store }), b: new ReferenceCache({ clock, store }) };
}

it('shows the entries of a shared store to everybody', async () => {
  const { a, b } = twoProcesses();
  await a.set('key', 1);
  expect(await b.get('key')).toBe(1);
  await b.delete('key');
  expect(await a.get('key')).toBeUndefined();
  expect(a.capabilities.shared).toBe(true);
});

it('loses a lease of a shared store to a write of somebody else', async () => {
  const { a, b } = twoProcesses();
  const found = await a.lookupOrLease('key');
  if (found.kind === 'hit' || found.lease === undefined) return expect.unreachable();
  await b.set('key', 'newer');
  expect(await a.fill('key', 'older', { lease: found.lease })).toBe(false);
  expect(await b.get('key')).toBe('newer');
});

it('goes on over a shared store that somebody else has left', async () => {
  const { a, b } = twoProcesses();
  await a.set('key', 1);
  await a.shutdown();
  expect(await b.get('key')).toBe(1);
});
