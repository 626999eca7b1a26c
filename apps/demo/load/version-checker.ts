/** A version that a command was acknowledged with, and when, in milliseconds. */
interface Acknowledged {
  readonly version: number;
  readonly at: number;
}

/** How a read compares with what was acknowledged before it began; `lagging`: stale, and allowed to be. */
export type ReadVerdict = 'current' | 'lagging' | 'stale';

/**
 * Knows, for each job, the highest version that a command was acknowledged with. What is read later
 * must not be lower; where reads may lag, not lower than what was the highest so long ago.
 */
export class VersionChecker {
  readonly #mayLagMs: number;
  /** By job, the lowest version first. */
  readonly #acknowledged = new Map<string, readonly Acknowledged[]>();

  /** @param mayLagMs how long a read may miss what was acknowledged, in milliseconds */
  constructor(mayLagMs = 0) {
    this.#mayLagMs = mayLagMs;
  }

  acknowledge(id: string, version: number, at: number): void {
    const known = this.#acknowledged.get(id) ?? [];
    if (version <= (known.at(-1)?.version ?? 0)) return;
    // Of those that every read must show, the highest is enough.
    const due = known.findLastIndex((one) => one.at <= at - this.#mayLagMs);
    this.#acknowledged.set(id, [...known.slice(Math.max(0, due)), { version, at }]);
  }

  /** Judges the reads of a job that begin now: what is acknowledged later does not count. */
  beginRead(id: string, at: number): (version: number) => ReadVerdict {
    const known = this.#acknowledged.get(id) ?? [];
    const floor = known.at(-1)?.version ?? 0;
    const due = known.findLast((one) => one.at <= at - this.#mayLagMs)?.version ?? 0;
    return (version) => (version >= floor ? 'current' : version >= due ? 'lagging' : 'stale');
  }
}
