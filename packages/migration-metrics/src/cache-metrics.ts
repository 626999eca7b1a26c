import type { Registry } from 'prom-client';
import { registerCollected, type Collected } from './collected-metric.js';
import { LABEL_VALUES, METRICS, type MetricDefinition } from './metric-names.js';
import { removalsOf, type CacheFigures, type ObservedCache } from './observed-cache.js';

/** The labels of a metric beside the component and the cache; `undefined`: the cache does not say. */
type Own = readonly (readonly [
  labels: Readonly<Record<string, string>>,
  value: number | undefined,
])[];

/** Registers what caches count themselves. */
export function registerCacheMetrics(
  registry: Registry,
  caches: ReadonlyMap<string, ObservedCache>,
): void {
  const each = (definition: MetricDefinition, own: (observed: ObservedCache) => Own): void =>
    registerCollected(
      registry,
      definition,
      () =>
        [...caches.values()].flatMap((observed) => {
          const { component, cache } = observed;
          return said(() => own(observed)).flatMap(([labels, value]) =>
            value === undefined ? [] : [[{ component, cache, ...labels }, value]],
          );
        }) as unknown as Collected<MetricDefinition>,
    );
  const stat = (definition: MetricDefinition, figure: keyof CacheFigures): void =>
    each(definition, ({ stats }) => [[{}, stats()[figure]]]);

  stat(METRICS.cacheEntries, 'size');
  stat(METRICS.cacheBytes, 'bytes');
  stat(METRICS.cacheHits, 'hits');
  stat(METRICS.cacheMisses, 'misses');
  stat(METRICS.cacheSets, 'sets');
  each(METRICS.cacheRemovals, (observed) => {
    const removals = removalsOf(observed);
    return LABEL_VALUES.removalReason.map((reason) => [{ reason }, removals[reason]]);
  });
  each(METRICS.cacheLoads, ({ loads }) => {
    const counted = loads?.();
    if (counted === undefined) return [];
    return [
      [{ outcome: 'success' }, counted.loads - counted.failures],
      [{ outcome: 'failure' }, counted.failures],
    ];
  });
}

/** A cache that was shut down says nothing, and the others are shown all the same. */
function said(ask: () => Own): Own {
  try {
    return ask();
  } catch {
    return [];
  }
}
