/** What outlives a primary that is killed: a server does not notice that who started it is gone. */
export interface Orphans {
  /** The ids of processes that are to be ended. */
  readonly processes: readonly number[];
  /** A folder that is to be removed. */
  readonly folder: string | undefined;
}

export const NO_ORPHANS: Orphans = { processes: [], folder: undefined };
