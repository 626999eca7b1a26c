import type { MetricDefinition } from '../src/metric-names.js';

/** What is selected by the variables of a dashboard, between braces. */
export const OF_JOB = 'job=~"$job"';
export const OF_COMPONENT = 'job=~"$job",component=~"$component"';

/** The series of a metric that are selected, with more of their labels. */
export function selected(metric: MetricDefinition, ...more: readonly string[]): string {
  return selectedLike(metric, metric.name, more);
}

/** How much a counter rises in a second. */
export function rateOf(metric: MetricDefinition, ...more: readonly string[]): string {
  return `rate(${selected(metric, ...more)}[$__rate_interval])`;
}

/** A percentile of a histogram, apart by these labels. */
export function percentileOf(
  metric: MetricDefinition,
  share: number,
  by: readonly string[] = [],
): string {
  const buckets = rateOfPart(metric, 'bucket');
  return `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (${buckets}))`;
}

/**
 * A part of a whole, both rates that rise together; nothing where nothing happened. `rate` continues each
 * series to the edges of its window by itself, so that a part can seem to be more than the whole.
 */
export function shareOf(part: string, whole: string): string {
  return `clamp_max(${part} / (${whole} > 0), 1)`;
}

/** The mean of a histogram, apart by these labels; nothing where nothing was observed. */
export function meanOf(metric: MetricDefinition, by: readonly string[]): string {
  const sumBy = `sum by (${by.join(', ')})`;
  return `${sumBy} (${rateOfPart(metric, 'sum')}) / (${sumBy} (${rateOfPart(metric, 'count')}) > 0)`;
}

/** How much one of the counters of a histogram rises in a second. */
export function rateOfPart(
  metric: MetricDefinition,
  part: 'bucket' | 'sum' | 'count',
  ...more: readonly string[]
): string {
  return `rate(${selectedLike(metric, `${metric.name}_${part}`, more)}[$__rate_interval])`;
}

function selectedLike({ labels }: MetricDefinition, name: string, more: readonly string[]): string {
  const own = labels.includes('component') ? OF_COMPONENT : OF_JOB;
  return `${name}{${[own, ...more].join(',')}}`;
}
