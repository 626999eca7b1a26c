import type { Registry } from 'prom-client';
import { registerCollected } from './collected-metric.js';
import { LABEL_VALUES, METRICS } from './metric-names.js';
import type { FleetFigures, RolloutFigures } from './rollout-figures.js';

/** What rollouts and fleets have said. */
export interface RolloutParts {
  readonly rollout: RolloutFigures;
  readonly fleets: ReadonlyMap<string, () => FleetFigures | undefined>;
}

/** Registers what is known of rollouts and fleets. */
export function registerRolloutMetrics(
  registry: Registry,
  { rollout, fleets }: RolloutParts,
): void {
  const eachFleet = (
    definition: typeof METRICS.fleetEpoch,
    figure: (fleet: FleetFigures) => number,
  ): void =>
    registerCollected(registry, definition, () =>
      [...fleets].flatMap(([component, latest]) => {
        const fleet = latest();
        return fleet === undefined ? [] : [[{ component }, figure(fleet)] as const];
      }),
    );

  registerCollected(registry, METRICS.decisions, () =>
    [...rollout.decisions].flatMap(([component, decisions]) =>
      LABEL_VALUES.decision.map((verdict) => [{ component, verdict }, decisions[verdict]] as const),
    ),
  );
  registerCollected(registry, METRICS.rollbacks, () =>
    [...rollout.rollbacks].map(([component, histogram]) => [{ component }, histogram] as const),
  );
  eachFleet(METRICS.fleetEpoch, ({ state }) => state.epoch);
  eachFleet(METRICS.fleetMembers, ({ members }) => members.length);
  eachFleet(
    METRICS.fleetAcknowledged,
    ({ members, state }) =>
      members.filter(({ acknowledged }) => acknowledged?.epoch === state.epoch).length,
  );
}
