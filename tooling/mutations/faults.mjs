import { adapters } from './faults/adapters.mjs';
import { fleet } from './faults/fleet.mjs';
import { fleetControl } from './faults/fleet-control.mjs';
import { fleetRollout } from './faults/fleet-rollout.mjs';
import { improvedCache } from './faults/improved-cache.mjs';
import { improvedFeatures } from './faults/improved-features.mjs';
import { improvedOptions } from './faults/improved-options.mjs';
import { legacyAdapter } from './faults/legacy-adapter.mjs';
import { legacyCache } from './faults/legacy-cache.mjs';
import { legacyFacade } from './faults/legacy-facade.mjs';
import { migrationBackground } from './faults/migration-background.mjs';
import { migration } from './faults/migration.mjs';
import { plainData } from './faults/plain-data.mjs';

/** Every seeded fault. */
export const faults = [
  ...legacyCache,
  ...legacyAdapter,
  ...legacyFacade,
  ...improvedOptions,
  ...improvedCache,
  ...improvedFeatures,
  ...migration,
  ...migrationBackground,
  ...fleet,
  ...adapters,
  ...fleetControl,
  ...fleetRollout,
  ...plainData,
];
