import type { Leases } from '../keys/leases.js';
import type { MigrationCounter } from '../observation/migration-counter.js';
import type { Nursery } from '../sides/nursery.js';
import type { YoungWrite } from '../sides/young.js';
import type { Side } from '../sides/side.js';
import type { YoungWrites } from '../sides/young-writes.js';
import type { WritePath } from './write-path.js';
import type { YoungSetSettings } from './young-set.js';

/**
 * A set on a side that stands alone, as long as it is young; its caller gets the answer of the side
 * itself. It is used again for the next one, unless it was handed over.
 */
export class LoneSet<V> implements YoungWrite {
  index = 0;
  key = '';
  readonly isBackground = false;
  readonly isAwaited = true;
  private side: Side<V> | undefined;
  /** Settles the call for the full bookkeeping, once it was handed over. */
  private rest:
    { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  private readonly nursery: Nursery;
  private readonly leases: Leases;
  private readonly inFull: WritePath<V>;
  private readonly counter: MigrationCounter;
  private readonly kind: YoungWrites<LoneSet<V>>;

  constructor(
    { nursery, leases, inFull, counter }: YoungSetSettings<V>,
    kind: YoungWrites<LoneSet<V>>,
  ) {
    this.nursery = nursery;
    this.leases = leases;
    this.inFull = inFull;
    this.counter = counter;
    this.kind = kind;
  }

  /** The call was made. */
  begin(side: Side<V>, key: string, answer: Promise<void>): void {
    if (this.side !== side) this.side = side;
    this.key = key;
    this.nursery.addLoneWrite(this);
    answer.then(this.end, this.fail);
  }

  handOver(): void {
    if (this.side === undefined || this.rest !== undefined) return;
    this.nursery.removeWrite(this);
    this.kind.leave(this);
    const answer = new Promise<void>((resolve, reject) => {
      this.rest = { resolve, reject };
    });
    const rest = this.inFull.direct(this.side, this.key, {
      manner: 'concurrent',
      call: () => answer,
    });
    rest.catch(() => undefined);
  }

  private readonly end = (): void => {
    // What the side refuses is no set.
    this.counter.set();
    if (this.rest !== undefined) {
      this.rest.resolve();
      return;
    }
    this.side?.answered();
    this.leave();
  };

  private readonly fail = (error: unknown): void => {
    if (this.rest === undefined) this.leave();
    else this.rest.reject(error);
  };

  private leave(): void {
    this.nursery.removeWrite(this);
    this.leases.kill(this.key);
    this.kind.end(this);
  }
}
