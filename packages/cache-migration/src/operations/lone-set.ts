import type { YoungWrite } from '../sides/nursery.js';
import type { Side } from '../sides/side.js';
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
  private answer: Promise<void> | undefined;
  private readonly settings: YoungSetSettings<V>;
  private readonly whenOver: (set: LoneSet<V>) => void;

  /** @param whenOver takes it back */
  constructor(settings: YoungSetSettings<V>, whenOver: (set: LoneSet<V>) => void) {
    this.settings = settings;
    this.whenOver = whenOver;
  }

  /** The call was made. */
  begin(side: Side<V>, key: string, answer: Promise<void>): void {
    this.side = side;
    this.key = key;
    this.answer = answer;
    this.settings.nursery.addLoneWrite(this);
    answer.then(this.end, this.end);
  }

  handOver(): void {
    const { nursery, inFull } = this.settings;
    const { side, answer } = this;
    if (side === undefined || answer === undefined) return;
    this.answer = undefined;
    nursery.removeWrite(this);
    const rest = inFull.direct(side, this.key, { manner: 'concurrent', call: () => answer });
    rest.catch(() => undefined);
  }

  private readonly end = (): void => {
    if (this.answer === undefined) return;
    this.answer = undefined;
    this.settings.nursery.removeWrite(this);
    this.settings.leases.kill(this.key);
    this.whenOver(this);
  };
}
