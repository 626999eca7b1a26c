import type { FedComponent } from '../server/live/fed-component.js';
import type { PageMember } from '../server/live/page-messages.js';
import type { FleetReports } from './fleet-reports.js';
import { byWorkerName, type PooledWorker } from './worker-pool.js';

/** A component of all processes together, for the feed of the page. */
export function fleetComponent(
  component: string,
  reports: Pick<FleetReports, 'of'>,
  running: () => readonly Pick<PooledWorker, 'name' | 'last'>[],
): FedComponent {
  return {
    component,
    at: () => reports.of(component)?.at ?? { stage: 'off', percentage: 0 },
    endSecond: () => running().flatMap(({ last }) => last?.seconds[component] ?? []),
    members: () => {
      const alive = new Set(running().flatMap(({ last }) => last?.members[component] ?? []));
      const members = reports.of(component)?.members ?? [];
      return members
        .map(({ id, acknowledged, isController }): PageMember => ({
          name: id.split('-', 1)[0] ?? id,
          epoch: acknowledged?.epoch ?? null,
          isController,
          isGone: !alive.has(id),
        }))
        .sort(byWorkerName);
    },
  };
}
