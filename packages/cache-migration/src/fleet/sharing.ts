import type { Cache } from '@resync/cache-contract';
import { MigrationError } from '../migration-error.js';
import type { Fleet } from './fleet.js';

/**
 * What a fleet has in common: nothing but its stage (`own`: each process keeps the promises for
 * itself), next (`mixed`), or both sides (`shared`).
 */
export type Sharing = 'own' | 'mixed' | 'shared';

/** The options that decide it. */
export interface SharingOptions {
  readonly legacy: Pick<Cache, 'capabilities'>;
  readonly next: Pick<Cache, 'capabilities'>;
  readonly fleet?: Fleet | undefined;
  readonly soleProcess?: true | undefined;
}

/**
 * Without a fleet, and for a process that declares to be the only one, nothing is shared.
 *
 * @throws MigrationError `SHARED_SIDE` where a fleet could never go all the way: a next in the memory
 *   of each process would miss what the others write to a shared legacy, and without leases of its own
 *   a shared next cannot be set beside other writers. A state of the fleet could not be refused later.
 */
export function sharingOf({ legacy, next, fleet, soleProcess }: SharingOptions): Sharing {
  if (fleet === undefined || soleProcess) return 'own';
  if (!next.capabilities.shared) {
    if (!legacy.capabilities.shared) return 'own';
    throw new MigrationError(
      'SHARED_SIDE',
      'expected a shared next for a shared legacy; got one in the memory of each process, where ' +
        'nobody sees what the others write. Give them a next that they share',
    );
  }
  if (!legacy.capabilities.shared) return 'mixed';
  if (next.capabilities.leases === true) return 'shared';
  throw new MigrationError(
    'SHARED_SIDE',
    'expected a next with leases for a legacy that several processes share; got one without: ' +
      'beyond shadow a write could not tell that another process has written. Use an adapter that ' +
      'has lookupOrLease and fill',
  );
}
