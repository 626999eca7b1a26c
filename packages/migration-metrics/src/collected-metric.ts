import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MetricDefinition } from './metric-names.js';
import { PlainHistogram } from './plain-histogram.js';

/** What a metric is asked for at each scrape: its series, by their labels. */
export type Collected<Definition extends MetricDefinition> = readonly (readonly [
  labels: Readonly<Record<Definition['labels'][number], string>>,
  value: Definition['kind'] extends 'histogram' ? PlainHistogram : number,
])[];

type Labels = Readonly<Record<string, string | number>>;

/** A line as prom-client writes it. Shared labels that are the same object each time it writes from memory. */
interface Line {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  value: number;
}

const NONE: Labels = Object.freeze({});

/**
 * Registers a metric that holds nothing itself: it asks for its series when somebody scrapes. `inc`,
 * `set`, `observe` and `reset` of what prom-client knows it by have no effect.
 */
export function registerCollected<Definition extends MetricDefinition>(
  registry: Registry,
  definition: Definition,
  collect: () => Collected<Definition>,
): void {
  const { kind, name, help, labels: labelNames, buckets } = definition;
  const configuration = { name, help, labelNames: [...labelNames], registers: [registry] };
  const metric =
    kind === 'histogram'
      ? new Histogram({ ...configuration, buckets: [...(buckets ?? [])] })
      : new { counter: Counter, gauge: Gauge }[kind](configuration);
  // With OpenMetrics prom-client changes the name of what it registered.
  const named = metric as unknown as { readonly name: string };
  const known = new KnownLines(definition);
  const lines = (): readonly Line[] =>
    collect().flatMap(([labels, value]) => known.filled(labels, value));
  const answer = (values: readonly unknown[]) => ({
    name: named.name,
    help,
    type: kind,
    aggregator: 'sum',
    values,
  });
  Object.assign(metric, {
    getForPromString: async () => answer(lines()),
    get: async () =>
      answer(
        lines().map(({ sharedLabels, labels, ...line }) => ({
          ...line,
          labels: { ...labels, ...sharedLabels },
        })),
      ),
  });
}

/** The lines of every set of labels that a metric has had, made once and filled at each scrape. */
class KnownLines {
  readonly #definition: MetricDefinition;
  readonly #known = new Map<string, readonly Line[]>();

  constructor(definition: MetricDefinition) {
    this.#definition = definition;
  }

  filled(labels: Labels, value: number | PlainHistogram): readonly Line[] {
    const id = this.#definition.labels.map((name) => labels[name]).join('\u0000');
    let lines = this.#known.get(id);
    if (lines === undefined) {
      lines = this.#linesFor(labels, value);
      this.#known.set(id, lines);
    }
    const values = value instanceof PlainHistogram ? valuesOf(value) : [value];
    for (const [index, line] of lines.entries()) line.value = values[index] ?? NaN;
    return lines;
  }

  #linesFor(labels: Labels, value: number | PlainHistogram): readonly Line[] {
    if (!(value instanceof PlainHistogram)) return [lineOf({ ...labels })];
    const { name } = this.#definition;
    return [
      ...[...value.bounds, '+Inf'].map((le) => lineOf({ le, ...labels }, `${name}_bucket`)),
      lineOf({ ...labels }, `${name}_sum`),
      lineOf({ ...labels }, `${name}_count`),
    ];
  }
}

function lineOf(sharedLabels: Labels, metricName?: string): Line {
  return { ...(metricName && { metricName }), labels: NONE, sharedLabels, value: 0 };
}

/** In the order of the lines of a histogram. */
function valuesOf(histogram: PlainHistogram): readonly number[] {
  const counts = histogram.cumulated();
  return [...counts, histogram.sum, counts.at(-1) ?? 0];
}
