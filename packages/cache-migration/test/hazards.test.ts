import { handWritten, markOf, resync, scenarios } from '@resync/tooling-hazards';
import { expect, it } from 'vitest';
import { CacheMigrationManager } from '../src/index.js';

/**
 * What each hazard does to the wrappers that teams write by hand, in the order of `handWritten`: ✗ its
 * caller saw what must not be, ✓ it held, – it does not do what the hazard is about.
 */
const HAZARDS = {
  'hazard 1: second write fails, then promotion': '✗✗✗✗✗✗',
  'hazard 2: delete confirmed on one side only, value resurrected by fallback or back-fill':
    '✗✗✗✗✗✗',
  'hazard 3: back-fill overwrites a newer set': '––✗✓✗–',
  'hazard 4: back-fill lands after a delete': '––✗✗✗–',
  'hazard 5: two concurrent sets cross between the sides': '✗✗✗✗✓✓',
  'hazard 6: back-fill, warm-up or a queue extends the lifetime': '––✗✓✗✗',
  'hazard 7: a write begun under `off` ends after the switch': '✗✗✗✗✓✗',
  'hazard 8: rollback from `complete` serves what legacy last saw': '✗✗✗✗✗✗',
  'hazard 9: rollback to `off`, later forward again: next still has the old values': '✗✗✗✗✗✗',
  'hazard 10: two processes in different stages': '✗✗✗✗✗✗',
  'hazard 11: legacy slides the expiry on every read, next does not': '✗✗✗✗✗✗',
  "hazard 12: hit on `null`/`0`/`''`, ttl 0, odd keys differ between the sides": '✗✗✗✗✓✗',
  'hazard 13: `clear` racing with `set` or with a late fill': '✗✗✗✗✗✓',
  'hazard 14: a side hangs (never settles)': '✗✗✗✗✗✗',
  'hazard 15: a comparison straddles a write and reports a false mismatch': '–✗––––',
  'hazard 16: a state change in the middle of any of the above': '✗✗✗✗✗✗',
} as const;

const ours = resync((options) => new CacheMigrationManager(options));

it('has a named test for each hazard, and each is failed by a wrapper that was written by hand', () => {
  expect(Object.keys(HAZARDS)).toEqual(
    scenarios.map(({ number, title }) => `hazard ${number}: ${title}`),
  );
  for (const marks of Object.values(HAZARDS)) expect(marks).toContain('✗');
});

it.each(Object.entries(HAZARDS))('%s', async (name, marks) => {
  const scenario = scenarios.find(({ number }) => name.startsWith(`hazard ${number}:`));
  expect(await scenario?.run(ours.create)).toMatchObject({ kind: 'held' });
  const naive: string[] = [];
  for (const { create } of handWritten) {
    const verdict = await scenario?.run(create);
    naive.push(verdict === undefined ? '?' : markOf(verdict));
  }
  expect(naive.join('')).toBe(marks);
});
