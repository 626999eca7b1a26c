/** The part of an `AbortSignal` that is needed, so that no library of ambient types is. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** How a warm-up goes about it. */
export interface WarmUpOptions {
  /** Entries that are looked at in a second. Default 1000. */
  readonly entriesPerSecond?: number;
  /** Entries that are copied at once. Default 8. */
  readonly concurrency?: number;
  /** Called on every change of the state, and once a second while entries are copied; must return at once. */
  readonly onProgress?: (progress: WarmUpProgress) => void;
  /** An `AbortSignal`; when it is aborted the warm-up stops. */
  readonly signal?: StopSignal;
}

/** How far a warm-up has come. */
export interface WarmUpProgress {
  readonly state: 'running' | 'paused' | 'done' | 'stopped';
  /** Entries that next has taken. */
  readonly copied: number;
  /** Entries that next had, or was to get from a write, or that may not be filled. */
  readonly skipped: number;
  /** Entries that one of the sides did not answer for. */
  readonly failed: number;
  /** How many entries legacy had at the beginning; left out while it has not said. */
  readonly total?: number;
  /** Why it was stopped. */
  readonly reason?: string;
}

/** A copy of legacy into next, in the background. */
export interface WarmUp {
  readonly progress: WarmUpProgress;
  /** Resolves, never rejects, when the last copy has ended: `done` or `stopped`. */
  readonly finished: Promise<WarmUpProgress>;
  /** Copies that were begun are ended. */
  pause(): void;
  resume(): void;
  /** For good; a new one may be started. */
  stop(why?: string): void;
}
