import { refusalOf } from '../answers.js';
import type { Probe } from '../probe.js';

/** How the number of entries is had, how the cache ends, and what its figures count. */
export const api: readonly Probe[] = [
  {
    behaviour: 'size',
    on: 'scratch',
    movesTime: true,
    question: 'what size() counts',
    contract: 'live entries',
    differs: { verdict: 'warning', advice: 'count live entries in the adapter' },
    ask: async ({ cache, key, advance }) => {
      await cache.set(key('short'), 1, { ttl: 100 });
      await cache.set(key('long'), 1, { ttl: 10_000 });
      await advance(100);
      const size = await cache.size();
      if (size === 1) return 'live entries';
      return size === 2 ? 'entries, the expired ones too' : `${size}, of one live entry`;
    },
  },
  {
    behaviour: 'end',
    on: 'scratch',
    question: 'what a call after shutdown() does',
    contract: 'refused with SHUT_DOWN',
    differs: { verdict: 'warning', advice: 'refuse calls after shutdown in the adapter' },
    ask: async ({ cache, key }) => {
      await cache.set(key('entry'), 1);
      await cache.shutdown();
      await cache.shutdown();
      return (await refusalOf(() => cache.get(key('entry')))) ?? 'it works on';
    },
  },
  {
    behaviour: 'metrics',
    on: 'declared',
    question: 'how its figures are had',
    differs: {
      verdict: 'fine',
      advice: 'what reads figures synchronously gets the last known ones from legacyFacade',
    },
    ask: ({ statsNow = false }) => (statsNow ? 'at once, or by promise' : 'by promise'),
  },
  {
    behaviour: 'metrics',
    on: 'scratch',
    question: 'what two hits, a miss, a set and a has() count as',
    contract: '2 hits, 1 miss, 1 set',
    differs: {
      verdict: 'warning',
      advice: 'map the figures in the adapter, or dashboards will jump',
    },
    ask: async ({ cache, key }) => {
      await cache.set(key('entry'), 1);
      await cache.get(key('entry'));
      await cache.lookup(key('entry'));
      await cache.get(key('nobody'));
      await cache.has(key('entry'));
      const { hits, misses, sets } = await cache.getStats();
      return `${hits} hits, ${misses} miss${misses === 1 ? '' : 'es'}, ${sets} set${sets === 1 ? '' : 's'}`;
    },
  },
];
