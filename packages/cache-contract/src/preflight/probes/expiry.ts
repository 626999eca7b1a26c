import { MAX_TTL } from '../../ttl.js';
import { inWords, refusalOf } from '../answers.js';
import type { LiveProbe, Probe, ScratchProbe } from '../probe.js';

const MINUTE = 60_000;

const EDGE = {
  behaviour: 'ttl edges',
  differs: { verdict: 'blocks', advice: 'check lifetimes in an adapter: see wholeTtl' },
} as const;

function refused(what: string, ttl: unknown): LiveProbe {
  return {
    ...EDGE,
    on: 'live',
    question: `what ${what} does`,
    contract: 'refused with INVALID_TTL',
    ask: async ({ cache, key }) => {
      const refusal = await refusalOf(() => cache.set(key('entry'), 1, { ttl: ttl as number }));
      if (refusal !== undefined) return refusal;
      return (await cache.has(key('entry'))) ? 'taken, and the entry is there' : 'taken as expired';
    },
  };
}

/** When the entry is gone, in words. */
async function endOf(
  { cache, key, advance }: Parameters<ScratchProbe['ask']>[0],
  declared: number | undefined,
): Promise<string> {
  const entry = key('entry');
  if (!(await cache.has(entry))) return 'at once';
  if (declared !== undefined && declared <= MAX_TTL) {
    await advance(declared - 1);
    const isThereBefore = await cache.has(entry);
    await advance(1);
    if (isThereBefore && !(await cache.has(entry))) return `after ${inWords(declared)}`;
    return `not after ${inWords(declared)}, as it declares`;
  }
  let passed = 0;
  for (let step = 1000; passed < MAX_TTL; step *= 2) {
    await advance(step);
    if (!(await cache.has(entry))) {
      return `between ${Math.round(passed / 1000)} and ${Math.round((passed + step) / 1000)} seconds`;
    }
    passed += step;
  }
  return 'not within a year, if ever';
}

/** Whether reads prolong entries, how long they live by default, and lifetimes at the edges. */
export const expiry: readonly Probe[] = [
  {
    behaviour: 'expiry',
    on: 'declared',
    question: 'when an entry ends, as declared',
    differs: {
      verdict: 'warning',
      advice:
        'choose: keep the old expiry on the new cache for the migration and change it afterwards, or change it now and accept that nothing can be taken over between the two',
    },
    ask: (capabilities) =>
      capabilities.expiry === 'sliding' ? 'after it was last read' : 'after it was written',
  },
  {
    behaviour: 'expiry',
    on: 'scratch',
    movesTime: true,
    question: 'whether a read prolongs an entry, as seen',
    differs: {
      verdict: 'warning',
      advice: 'a hot entry that never ended will end: see that everything can be loaded anew',
    },
    ask: async ({ cache, key, advance }) => {
      await cache.set(key('entry'), 1, { ttl: 100 });
      await advance(60);
      await cache.get(key('entry'));
      await advance(60);
      const slides = await cache.has(key('entry'));
      const seen = slides ? 'sliding' : 'absolute';
      const { expiry: declared } = cache.capabilities;
      return seen === declared ? seen : `${seen}, though it declares ${declared}`;
    },
  },
  {
    behaviour: 'default ttl',
    on: 'declared',
    question: 'the lifetime of an entry that is set without one, as declared',
    differs: {
      verdict: 'warning',
      advice:
        'give each set its lifetime, or both caches the same default: the migration passes the one of legacy',
    },
    ask: ({ defaultTtl }) => inWords(defaultTtl),
  },
  {
    behaviour: 'default ttl',
    on: 'scratch',
    movesTime: true,
    question: 'when an entry ends that is set without a lifetime, as seen',
    differs: { verdict: 'warning', advice: 'give each set its lifetime, or both the same default' },
    ask: async (subject) => {
      await subject.cache.set(subject.key('entry'), 1);
      return endOf(subject, subject.cache.capabilities.defaultTtl);
    },
  },
  {
    ...EDGE,
    on: 'live',
    question: 'what ttl 0 does to an entry',
    contract: 'it ends at once, the older one too',
    ask: async ({ cache, key }) => {
      await cache.set(key('entry'), 'old', { ttl: MINUTE });
      const refusal = await refusalOf(() => cache.set(key('entry'), 'new', { ttl: 0 }));
      if (refusal !== undefined) return refusal;
      const left = await cache.get(key('entry'));
      if (left === undefined) return 'it ends at once, the older one too';
      return left === 'old' ? 'nothing, the older one stays' : 'it lives on';
    },
  },
  refused('a negative ttl', -1),
  refused('a ttl of NaN', NaN),
  refused('a ttl that is text', '1000'),
  refused('a ttl of two years', 2 * MAX_TTL),
  {
    ...EDGE,
    differs: {
      verdict: 'warning',
      advice: 'endless entries end on one side: see that they can be loaded anew',
    },
    on: 'scratch',
    movesTime: true,
    question: 'what ttl Infinity does',
    ask: async (subject) => {
      const { cache, key } = subject;
      const refusal = await refusalOf(() => cache.set(key('entry'), 1, { ttl: Infinity }));
      if (refusal !== undefined) return refusal;
      return `ends ${await endOf(subject, cache.capabilities.maxTtl)}`;
    },
  },
];
