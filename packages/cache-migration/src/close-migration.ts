import type { MigrationParts } from './compose-migration.js';
import type { MigrationSettings } from './migration-options.js';
import { callWithin, type Outcome } from './sides/outcome.js';

/**
 * Waits for what is under way, within the limit, and shuts both caches down, in every stage. Rejects
 * with the first error, at the end.
 */
export async function closeMigration<V>(
  parts: MigrationParts<V>,
  settings: MigrationSettings<V>,
): Promise<void> {
  const { clock, limits, legacy, next } = settings;
  const within = (name: string, close: () => Promise<void>): Promise<Outcome<void>> =>
    callWithin({ clock, ms: limits.shutdown, name }, close);
  parts.sets.close();
  parts.sharedLeases?.close();
  parts.quickReads.close();
  parts.warmUps.end();
  parts.shadow.end();
  await parts.stages.close();
  const left = await within('the fleet to be left', async () => parts.follower?.close());
  // A cache that was shut down no longer says what it has counted.
  parts.counter.passThrough(undefined);
  const closed = await Promise.all(
    Object.entries({ legacy, next }).map(([name, cache]) =>
      within(`${name} to shut down`, () => cache.shutdown()),
    ),
  );
  for (const outcome of [left, ...closed]) if (outcome.kind !== 'answered') throw outcome.error;
}
