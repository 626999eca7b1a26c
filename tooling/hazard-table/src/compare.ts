import { CacheMigrationManager } from '@resync/cache-migration';
import {
  handWritten,
  resync,
  tableOf,
  type HazardTable,
  type SubjectKind,
} from '@resync/tooling-hazards';
import { LocalFlags } from './local-flags.js';
import { launchDarkly } from './launchdarkly.js';

/** The last column. */
export const ours: SubjectKind = resync((options) => new CacheMigrationManager(options));

/** Every hazard against everything that is compared. */
export async function compare(): Promise<HazardTable> {
  const flags = await LocalFlags.start();
  try {
    return await tableOf([...handWritten, ...launchDarkly(flags), ours]);
  } finally {
    flags.close();
  }
}
