import { describeCache, type CacheFactory } from '@resync/cache-contract/conformance';
import { runConformance } from '@resync/cache-contract/conformance/run';
import type { ConformanceOptions } from '@resync/cache-contract/conformance';
import { expect, it } from 'vitest';

/**
 * The suite, but for facts that the library itself makes impossible, each with the reason. That these
 * and no others fail is a test too, so that the list cannot outlive its reasons.
 */
export function describeCacheExcept(
  name: string,
  factory: CacheFactory,
  options: ConformanceOptions & { readonly skip: Readonly<Record<string, string>> },
): void {
  describeCache(name, factory, options);
  it(`${name} fails exactly the facts that are left out`, async () => {
    const { skip, ...others } = options;
    const { cases } = await runConformance(factory, others);
    const failed = cases.filter(({ result }) => result === 'failed').map(({ title }) => title);
    expect(failed.sort()).toEqual(Object.keys(skip).sort());
  });
}
