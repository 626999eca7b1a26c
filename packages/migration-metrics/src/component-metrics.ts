import type { Registry } from 'prom-client';
import { registerCollected, type Collected } from './collected-metric.js';
import type { ComponentFigures } from './component-figures.js';
import { LABEL_VALUES, METRICS, type MetricDefinition } from './metric-names.js';

const { side: SIDES, failure: FAILURES, bound: BOUNDS, stage: STAGES } = LABEL_VALUES;

/** The labels of a metric beside the component. */
type Own<Definition extends MetricDefinition> = readonly (readonly [
  labels: Readonly<Record<Exclude<Definition['labels'][number], 'component'>, string>>,
  value: Collected<Definition>[number][1],
])[];

/** Registers what each migration tells and is asked for. */
export function registerComponentMetrics(
  registry: Registry,
  components: ReadonlyMap<string, ComponentFigures>,
): void {
  const each = <Definition extends MetricDefinition>(
    definition: Definition,
    own: (figures: ComponentFigures) => Own<Definition>,
  ): void =>
    registerCollected(registry, definition, () =>
      [...components].flatMap(
        ([component, figures]) =>
          own(figures).map(([labels, value]) => [
            { component, ...labels },
            value,
          ]) as unknown as Collected<Definition>,
      ),
    );

  each(METRICS.legacyHits, ({ counts }) => [[{}, counts.reads.legacy.hits]]);
  each(METRICS.newHits, ({ counts }) => [[{}, counts.reads.next.hits]]);
  each(METRICS.fallbacks, ({ counts }) =>
    LABEL_VALUES.fallbackReason.map((reason) => [{ reason }, counts.fallbacks[reason]]),
  );
  each(METRICS.errors, ({ counts }) =>
    SIDES.flatMap((side) =>
      FAILURES.map((kind) => [{ error_type: `${side}_${kind}` }, counts.failures[side][kind]]),
    ),
  );
  each(METRICS.misses, ({ counts: { reads, unanswered } }) => [
    [{ side: 'legacy' }, reads.legacy.misses],
    [{ side: 'next' }, reads.next.misses],
    [{ side: 'none' }, unanswered],
  ]);
  each(METRICS.operations, ({ counts: { reads, unanswered, sets, deletes } }) => {
    const read = SIDES.reduce(
      (sum, side) => sum + reads[side].hits + reads[side].misses,
      unanswered,
    );
    return [
      [{ operation: 'read' }, read],
      [{ operation: 'set' }, sets],
      [{ operation: 'delete' }, deletes],
    ];
  });
  each(METRICS.backfills, ({ counts }) => [[{}, counts.backfills]]);
  each(METRICS.repairs, ({ counts }) => SIDES.map((side) => [{ side }, counts.repairs[side]]));
  each(METRICS.latency, ({ latencies }) =>
    [...latencies].map(([operation, histogram]) => [{ operation }, histogram]),
  );
  each(METRICS.sideLatency, ({ sideLatencies }) =>
    SIDES.flatMap((side) =>
      [...sideLatencies[side]].map(
        ([operation, histogram]) => [{ side, operation }, histogram] as const,
      ),
    ),
  );
  each(METRICS.comparisons, ({ comparisons }) =>
    LABEL_VALUES.comparison.map((verdict) => [{ verdict }, comparisons[verdict]]),
  );
  each(METRICS.boundsHit, ({ boundsHit }) =>
    SIDES.flatMap((side) =>
      BOUNDS.map((bound) => [{ side, bound }, boundsHit[side][bound]] as const),
    ),
  );
  each(METRICS.dirtyKeys, ({ dirtyKeys }) => SIDES.map((side) => [{ side }, dirtyKeys[side]]));
  each(METRICS.cold, ({ cold }) => SIDES.map((side) => [{ side }, cold[side]]));
  each(METRICS.breakerOpen, ({ breakerOpen }) =>
    SIDES.map((side) => [{ side }, breakerOpen[side]]),
  );
  each(METRICS.stage, ({ state }) =>
    STAGES.map((stage) => [{ stage }, stage === state.stage ? 1 : 0]),
  );
  each(METRICS.percentage, ({ state }) => [[{}, state.percentage]]);
  each(METRICS.epoch, ({ state }) => [[{}, state.epoch]]);
}
