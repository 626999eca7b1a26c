import { AggregatorRegistry } from 'prom-client';

/**
 * What several processes show Prometheus, on one page. Each has its own series, by the label `process`:
 * a percentage or a state is not the sum of those of all processes.
 *
 * @param metrics what `getMetricsAsJSON` of each registry gave
 */
export async function mergedMetrics(
  metrics: readonly unknown[],
): Promise<{ readonly contentType: string; readonly text: string }> {
  const registry = AggregatorRegistry.aggregate(metrics as object[]);
  return { contentType: registry.contentType, text: await registry.metrics() };
}
