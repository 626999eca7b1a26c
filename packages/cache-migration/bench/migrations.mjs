import { CacheMigrationManager } from '@resync/cache-migration';
// By its path: it depends on this package, and a dependency back would be a circle.
import { createMigrationMetrics } from '../../migration-metrics/dist/index.js';
import { Registry } from 'prom-client';
import { BareCache } from './bare-cache.mjs';
import { fill } from './loops.mjs';

/** @typedef {import('@resync/cache-migration').Stage} Stage */

/** The steps to each stage; `live` at 100 %. */
const LADDER = /** @type {const} */ ([
  { stage: 'dualwrite' },
  { stage: 'shadow' },
  { stage: 'live', percentage: 0 },
  { stage: 'live', percentage: 100 },
  { stage: 'rampdown' },
  { stage: 'complete' },
]);

/**
 * A migration over bare caches that has got to the stage, with the same entries on both sides.
 *
 * @param {Stage} stage
 * @param {{ Cache?: typeof BareCache, isTimed?: boolean, isObserved?: boolean }} [options]
 *   `isTimed`: with the default limits; else next is declared to be in this process, without a timer
 */
export async function migrationAt(stage, options = {}) {
  const { Cache = BareCache, isTimed = false, isObserved = false } = options;
  const legacy = new Cache();
  const next = new Cache();
  const manager = new CacheMigrationManager({
    component: 'bench',
    legacy,
    next,
    ...(!isTimed && { limits: { next: Infinity } }),
    ...(isObserved && {
      observer: createMigrationMetrics({ registry: new Registry() }).observer('bench'),
    }),
  });
  for (const step of LADDER) {
    if (manager.state.stage === stage && manager.state.percentage !== 0) break;
    if (manager.state.stage === stage && stage !== 'live') break;
    await manager.transition(step);
  }
  await fill(legacy);
  await fill(next);
  return manager;
}
