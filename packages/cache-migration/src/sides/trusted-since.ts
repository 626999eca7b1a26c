import type { Clock } from '@resync/cache-contract';
import type { Side } from './side.js';

/** The moment from which on a side has had nothing unconfirmed. */
export interface Moment {
  /** Milliseconds since the epoch of the clock. */
  readonly at: number;
  /** The number of the epoch of the migration. */
  readonly epoch: number;
  /** When the side was last emptied to be trusted again: what was not written since, it does not have. */
  readonly emptiedAt: number | undefined;
}

/** Remembers since when a side has had nothing unconfirmed. */
export class TrustedSince {
  readonly #clock: Clock;
  readonly #epoch: () => number;
  #moment: Moment;

  constructor(side: Side<unknown>, clock: Clock, epoch: () => number) {
    this.#clock = clock;
    this.#epoch = epoch;
    this.#moment = this.#now(undefined);
    let wasTrusted = side.isTrusted;
    let wasCold = side.isCold;
    side.changes.on(() => {
      const { isTrusted, isCold } = side;
      const isEmptied = wasCold && !isCold;
      const emptiedAt = isEmptied ? clock.now() : this.#moment.emptiedAt;
      if (isEmptied || (isTrusted && !wasTrusted)) this.#moment = this.#now(emptiedAt);
      wasTrusted = isTrusted;
      wasCold = isCold;
    });
  }

  /** When the side was last repaired, or begun anew with; says nothing of one that is not trusted now. */
  get moment(): Moment {
    return this.#moment;
  }

  /** What was before does not count: writes to a side that stands alone are confirmed to their callers only. */
  beginAnew(): void {
    this.#moment = this.#now(undefined);
  }

  #now(emptiedAt: number | undefined): Moment {
    return { at: this.#clock.now(), epoch: this.#epoch(), emptiedAt };
  }
}
