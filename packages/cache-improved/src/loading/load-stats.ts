/** Counts of the loads of one cache since it was made. */
export interface LoadStats {
  /** Calls of a factory; one for several keys counts as one. */
  readonly loads: number;
  /** Of these, those that failed. */
  readonly failures: number;
  /** Keys that were asked for while a load of theirs was under way, which was joined. */
  readonly joined: number;
  /** Loads that a read began before the entry's end. */
  readonly refreshes: number;
  /** Answers with a value in its grace. */
  readonly staleAnswers: number;
  /** Answers with a failure that was remembered. */
  readonly rememberedFailures: number;
  /** Calls that gave up after their hard timeout, and had no value in its grace. */
  readonly timeouts: number;
  /** Loaded values that were not stored, because the key was written meanwhile. */
  readonly overtaken: number;
  /** Lookups that failed in the storage, and were misses therefore. */
  readonly unread: number;
  /** Loaded values that the storage refused or failed to store; the callers got them. */
  readonly unstored: number;
}

/** All counts at zero. */
export function noLoads(): { -readonly [Count in keyof LoadStats]: number } {
  return {
    loads: 0,
    failures: 0,
    joined: 0,
    refreshes: 0,
    staleAnswers: 0,
    rememberedFailures: 0,
    timeouts: 0,
    overtaken: 0,
    unread: 0,
    unstored: 0,
  };
}
