import type { CacheCapabilities } from '../../cache-capabilities.js';
import { refusalOf } from '../answers.js';
import type { Probe } from '../probe.js';

const DAY = 24 * 3600 * 1000;

/** A server has one bound for all that is on it, and its own way to make room. */
const boundedByServer = ({ shared }: CacheCapabilities): string | undefined =>
  shared ? 'what it holds is bounded by its server: see how much memory that may take' : undefined;

/** What bounds the cache, who goes when room is needed, and what removals count as. */
export const room: readonly Probe[] = [
  {
    behaviour: 'bounds',
    on: 'declared',
    question: 'the most entries that it holds, as declared',
    differs: { verdict: 'warning', advice: 'see that the new bound holds the working set' },
    ask: ({ maxEntries }) =>
      maxEntries === undefined || maxEntries === Infinity ? 'no bound' : `${maxEntries} entries`,
  },
  {
    behaviour: 'bounds',
    on: 'declared',
    question: 'the most that its entries weigh, as declared',
    differs: {
      verdict: 'warning',
      advice: 'weights differ between caches: watch memory, and bound the new one by bytes too',
    },
    ask: ({ maxBytes }) =>
      maxBytes === undefined || maxBytes === Infinity ? 'no bound' : `${maxBytes} bytes`,
  },
  {
    behaviour: 'bounds',
    on: 'scratch',
    bounds: { maxEntries: 8 },
    question: 'how many of twenty entries it holds, where it is to hold eight',
    contract: 'eight',
    differs: { verdict: 'blocks', advice: 'bound it, or it grows until the process ends' },
    legacyDiffers: {
      answer: '20',
      verdict: 'warning',
      advice: 'next makes room where legacy only grew: see that its bound holds the working set',
    },
    notFor: boundedByServer,
    ask: async ({ cache, key }) => {
      for (let index = 0; index < 20; index += 1) await cache.set(key(`${index}`), index);
      const size = await cache.size();
      return size === 8 ? 'eight' : `${size}`;
    },
  },
  {
    behaviour: 'bounds',
    on: 'scratch',
    bounds: { maxBytes: 10_000 },
    question: 'what a value of a megabyte does, where it is to hold ten kilobytes',
    contract: 'refused with TOO_LARGE, and the old value stays',
    differs: {
      verdict: 'warning',
      advice: 'bound the larger values, or refuse them in an adapter',
    },
    notFor: boundedByServer,
    ask: async ({ cache, key }) => {
      await cache.set(key('entry'), 'old');
      const refusal = await refusalOf(() => cache.set(key('entry'), 'x'.repeat(1_000_000)));
      if (refusal === undefined) return 'taken';
      const stays = (await cache.get(key('entry'))) === 'old';
      return `${refusal}, and the old value ${stays ? 'stays' : 'is lost'}`;
    },
  },
  {
    behaviour: 'eviction order',
    on: 'scratch',
    bounds: { maxEntries: 8 },
    question: 'which of eight entries make room for four, when the first four were read last',
    differs: {
      verdict: 'fine',
      advice: 'hit ratios will differ: compare them in shadow before the first percent',
    },
    notFor: boundedByServer,
    ask: async ({ cache, key, advance }) => {
      const names = Array.from({ length: 8 }, (_, index) => `${index + 1}`);
      for (const name of names) {
        await cache.set(key(name), name);
        await advance(1);
      }
      for (const name of names.slice(0, 4)) {
        await cache.get(key(name));
        await advance(1);
      }
      for (let index = 0; index < 4; index += 1) await cache.set(key(`new ${index}`), 1);
      const gone: string[] = [];
      for (const name of names) if (!(await cache.has(key(name)))) gone.push(name);
      return gone.length === 0 ? 'none' : `number ${gone.join(', ')}`;
    },
  },
  {
    behaviour: 'removals',
    on: 'scratch',
    movesTime: true,
    question: 'what a delete and an expiry count as',
    contract: '1 delete, 1 expiration, 0 evictions',
    differs: {
      verdict: 'warning',
      advice: 'map the figures in the adapter: alerts on evictions will change',
    },
    ask: async ({ cache, key, advance }) => {
      await cache.set(key('deleted'), 1);
      await cache.delete(key('deleted'));
      await cache.set(key('expired'), 1, { ttl: 10 });
      await advance(10);
      await cache.get(key('expired'));
      const { deletes, expirations, evictions } = await cache.getStats();
      return `${deletes} delete, ${expirations} expiration, ${evictions} evictions`;
    },
  },
  {
    behaviour: 'clean-up',
    on: 'scratch',
    movesTime: true,
    question: 'when it begins to look for expired entries',
    differs: { verdict: 'fine', advice: 'nothing to do, unless a test counts timers' },
    ask: async ({ cache, key, timers }) => {
      if (timers() > 0) return 'when it is made';
      await cache.get(key('nobody'));
      if (timers() > 0) return 'at the first get';
      await cache.set(key('entry'), 1);
      return timers() > 0 ? 'at the first set' : 'never, or not by the clock that it was given';
    },
  },
  {
    behaviour: 'clean-up',
    on: 'scratch',
    movesTime: true,
    question: 'whether expired entries go that nobody reads',
    differs: {
      verdict: 'warning',
      advice: 'entries that nobody reads stay in memory on one side: bound it',
    },
    ask: async ({ cache, key, advance }) => {
      for (let index = 0; index < 10; index += 1) {
        await cache.set(key(`${index}`), 1, { ttl: 1000 });
      }
      await advance(DAY);
      const { expirations } = await cache.getStats();
      return expirations === 10 ? 'they go, and are counted' : `${expirations} of 10 were counted`;
    },
  },
];
