import { describe, expect, it } from 'vitest';
import { conformanceCases } from '../src/conformance/conformance-cases.js';
import { runConformance } from '../src/conformance/run/index.js';
import { ReferenceCache } from '../src/testing/reference-cache.js';
import { BROKEN } from './broken-caches.js';

describe('the suite', () => {
  it('finds nothing wrong with the reference, and says what it skips and why', async () => {
    const report = await runConformance((context) => new ReferenceCache(context));
    expect(report.cases.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(
      report.cases.filter(({ result }) => result === 'skipped').map(({ reason }) => reason),
    ).toEqual(['expiry is absolute', 'expiry is absolute', 'expiry is absolute']);
    expect(report.passed + report.skipped).toBe(report.cases.length);
  });

  it('has titles that name one fact each', () => {
    const titles = conformanceCases.map(({ facet, title }) => `${facet}: ${title}`);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it('leaves out by facet or title, with the reason that it is given', async () => {
    const skip = { keys: 'its keys are numbers', 'removes every entry': 'it cannot clear' };
    const { cases } = await runConformance((context) => new ReferenceCache(context), { skip });
    expect(
      cases
        .filter(({ result, facet }) => result === 'skipped' && facet !== 'sliding expiry')
        .every(
          ({ facet, reason }) => reason === skip[facet === 'keys' ? 'keys' : 'removes every entry'],
        ),
    ).toBe(true);
    expect(cases.find(({ title }) => title === 'removes every entry')?.result).toBe('skipped');
  });
});

describe.each(Object.entries(BROKEN))('the facet "%s"', (facet, caches) => {
  it.each(Object.entries(caches))('catches a cache that %s', async (_, factory) => {
    const report = await runConformance(factory);
    expect(report.cases.filter(({ result }) => result === 'failed')).toContainEqual(
      expect.objectContaining({ facet }),
    );
  });
});
