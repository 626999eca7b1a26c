import { MAX_KEY_LENGTH } from '../../cache-key.js';
import { readingOf, refusalOf } from '../answers.js';
import type { LiveProbe, Probe } from '../probe.js';

const MINUTE = 60_000;
const LIFETIME = { ttl: MINUTE };

const KEYS = {
  behaviour: 'keys',
  contract: 'refused with INVALID_KEY',
  differs: { verdict: 'blocks', advice: 'check keys in an adapter: see assertKey' },
} as const;

function refusedKey(what: string, odd: (key: string) => string): LiveProbe {
  return {
    ...KEYS,
    on: 'live',
    question: `what ${what} does`,
    ask: async ({ cache, key }) => {
      const name = odd(key('odd'));
      const refusal = await refusalOf(() => cache.set(name, 1, LIFETIME));
      if (refusal !== undefined) return refusal;
      const reading = await readingOf(cache, name, 1);
      await cache.delete(name);
      return `taken, and read as ${reading}`;
    },
  };
}

/** What can be stored, under which keys, and whether it is shared with the caller. */
export const contents: readonly Probe[] = [
  {
    behaviour: 'null',
    on: 'live',
    question: 'what a stored null reads as',
    contract: 'a hit with the value',
    differs: {
      verdict: 'blocks',
      advice: 'box null in an adapter: what reads as a miss is loaded again and again',
    },
    ask: async ({ cache, key }) => {
      const refusal = await refusalOf(() => cache.set(key('null'), null, LIFETIME));
      return refusal ?? readingOf(cache, key('null'), null);
    },
  },
  {
    behaviour: 'null',
    on: 'live',
    question: 'what stored 0, "", false and NaN read as',
    contract: 'a hit with the value',
    differs: { verdict: 'blocks', advice: 'box falsy values in an adapter' },
    ask: async ({ cache, key }) => {
      const readings = new Set<string>();
      for (const value of [0, '', false, NaN]) {
        await cache.set(key('falsy'), value, LIFETIME);
        readings.add(await readingOf(cache, key('falsy'), value));
      }
      return [...readings].join(', or ');
    },
  },
  refusedKey('a key of 1001 characters', (key) => key.padEnd(MAX_KEY_LENGTH + 1, 'x')),
  refusedKey('a key with NUL', (key) => `${key}\0`),
  refusedKey('a key with a line end', (key) => `${key}\r\n`),
  refusedKey('a key with a lone surrogate', (key) => `${key}\uD800`),
  {
    ...KEYS,
    on: 'scratch',
    question: 'what the empty key does',
    ask: async ({ cache }) => (await refusalOf(() => cache.set('', 1))) ?? 'taken',
  },
  {
    ...KEYS,
    on: 'scratch',
    question: 'what the number 1 does as a key',
    ask: async ({ cache }) => {
      const one = 1 as unknown as string;
      const refusal = await refusalOf(() => cache.set(one, 'of the number'));
      if (refusal !== undefined) return refusal;
      const isText = (await cache.get('1')) === 'of the number';
      return isText ? 'taken for the text "1"' : 'taken, beside the text "1"';
    },
  },
  {
    behaviour: 'aliasing',
    on: 'live',
    question: 'whether the object that was stored is the one that is read',
    differs: {
      verdict: 'warning',
      advice: 'callers that change what they read see it in one cache and not in the other',
    },
    hazard: {
      answer: 'the same object',
      verdict: 'warning',
      advice:
        'both sides will hold one object while both are written: callers that change what they read change both. Freeze values, or clone them in the adapter of legacy',
    },
    ask: async ({ cache, key }) => {
      const stored = { count: 1 };
      await cache.set(key('object'), stored, LIFETIME);
      const read = await cache.get(key('object'));
      if (read === stored) return 'the same object';
      return read === (await cache.get(key('object')))
        ? 'a copy, taken when it was stored'
        : 'a new copy at each read';
    },
  },
];
