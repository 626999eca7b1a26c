import { CacheMigrationManager, type CacheMigrationOptions } from '../../src/index.js';
import type { Operation } from './operation.js';
import type { CreateRouter } from './router.js';

/** Makes managers with limits that the clock of a simulation reaches, in milliseconds. */
function managersWith(options: Partial<CacheMigrationOptions<string>>): CreateRouter {
  return (parts) =>
    new CacheMigrationManager<string>({
      component: 'simulation',
      limits: { next: 50, legacy: 50, clear: 100, drain: 500 },
      ...options,
      ...parts,
    });
}

/** In `shadow` every read is compared. */
export const createManager = managersWith({ shadow: { rate: 0.5 }, random: () => 0 });

/** Nothing is compared: no caller notices it, and it multiplies the orders. */
export const createIncuriousManager = managersWith({ shadow: { rate: 0 } });

/** Every bound is reached at once. */
export const createTightManager = managersWith({
  shadow: { rate: 0 },
  bounds: { dirtyKeys: 1, unsettled: 1, background: 1, leases: 1 },
});

/** Everything that a manager can do, what matters most more often. */
export const ALL_OPERATIONS: readonly Operation['kind'][] = [
  ...(['get', 'get', 'get', 'lookup', 'lookup', 'has'] as const),
  ...(['set', 'set', 'set', 'set', 'delete', 'delete', 'clear'] as const),
  ...(['load', 'load', 'fill', 'size', 'getKeys'] as const),
];
