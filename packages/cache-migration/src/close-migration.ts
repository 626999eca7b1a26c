import type { MigrationParts } from './compose-migration.js';
import type { MigrationSettings } from './migration-options.js';
import { callWithin } from './sides/outcome.js';

/**
 * Waits for what is under way, within the limit, and shuts both caches down, in every stage. Rejects
 * with the first error, at the end.
 */
export async function closeMigration<V>(
  parts: MigrationParts<V>,
  settings: MigrationSettings<V>,
): Promise<void> {
  const { clock, limits, legacy, next } = settings;
  parts.sets.close();
  parts.quickReads.close();
  parts.warmUps.end();
  parts.shadow.end();
  await parts.stages.close();
  await parts.follower?.close();
  // A cache that was shut down no longer says what it has counted.
  parts.counter.passThrough(undefined);
  const outcomes = await Promise.all(
    Object.entries({ legacy, next }).map(([name, cache]) =>
      callWithin({ clock, ms: limits.shutdown, name: `${name} to shut down` }, () =>
        cache.shutdown(),
      ),
    ),
  );
  for (const outcome of outcomes) if (outcome.kind !== 'answered') throw outcome.error;
}
