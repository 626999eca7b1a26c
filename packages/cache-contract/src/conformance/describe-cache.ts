import { describe, it } from 'vitest';
import type { ConformanceCase, Facet } from './conformance-case.js';
import { conformanceCases } from './conformance-cases.js';
import { runCase, type CacheFactory, type ConformanceOptions } from './run-case.js';

/**
 * Registers the whole suite with vitest, one test for each fact of the contract. A fact that does
 * not apply to the cache is skipped, with the reason in the report.
 *
 * @param factory makes a new, empty cache at every call, on the clock that it is given
 */
export function describeCache(
  name: string,
  factory: CacheFactory,
  options: ConformanceOptions = {},
): void {
  describe(`${name} keeps the cache contract`, () => {
    for (const [facet, cases] of byFacet()) {
      describe(facet, () => {
        for (const testCase of cases) {
          it(testCase.title, async (test) => {
            const outcome = await runCase(testCase, factory, options);
            if (outcome.kind === 'skipped') test.skip(outcome.reason);
          });
        }
      });
    }
  });
}

function byFacet(): ReadonlyMap<Facet, readonly ConformanceCase[]> {
  const facets = new Map<Facet, ConformanceCase[]>();
  for (const testCase of conformanceCases) {
    const cases = facets.get(testCase.facet);
    if (cases === undefined) facets.set(testCase.facet, [testCase]);
    else cases.push(testCase);
  }
  return facets;
}
