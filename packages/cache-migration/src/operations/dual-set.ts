import type { Clock } from '@resync/cache-contract';
import type { Leases } from '../keys/leases.js';
import type { Nursery } from '../sides/nursery.js';
import type { YoungWrite } from '../sides/young.js';
import type { Side } from '../sides/side.js';
import type { YoungWrites } from '../sides/young-writes.js';
import type { Epoch } from '../stages/epoch.js';
import { deadlineOf, leftUntil, setFor, type Setting } from './lifetime.js';
import type { WritePath } from './write-path.js';
import type { YoungSetSettings } from './young-set.js';

/**
 * A set on legacy and then on next, as long as it is young. It is used again for another one, unless
 * it was handed over.
 */
export class DualSet<V> implements YoungWrite {
  index = 0;
  key = '';
  isBackground = false;
  isAwaited = false;
  private setting: Setting<V> | undefined;
  private deadline = Infinity;
  private epoch: Epoch | undefined;
  private isOnNext = false;
  private answer: Promise<void> = NOTHING;
  /** Settles what a caller got who waits for both sides. */
  private settle: ((rest?: Promise<void>) => void) | undefined;
  private readonly legacy: Side<V>;
  private readonly next: Side<V>;
  private readonly nursery: Nursery;
  private readonly leases: Leases;
  private readonly clock: Clock;
  private readonly inFull: WritePath<V>;
  private readonly kind: YoungWrites<DualSet<V>>;

  constructor(
    { sides, nursery, leases, clock, inFull }: YoungSetSettings<V>,
    kind: YoungWrites<DualSet<V>>,
  ) {
    this.legacy = sides.legacy;
    this.next = sides.next;
    this.nursery = nursery;
    this.leases = leases;
    this.clock = clock;
    this.inFull = inFull;
    this.kind = kind;
  }

  run(setting: Setting<V>, epoch: Epoch): Promise<void> {
    this.leases.kill(setting.key);
    this.key = setting.key;
    this.setting = setting;
    this.deadline = deadlineOf(setting.lifetime, this.clock);
    if (this.epoch !== epoch) this.epoch = epoch;
    this.isOnNext = false;
    this.isAwaited = true;
    this.isBackground = epoch.route.waitsFor.length === 1;
    this.answer = this.setOn(this.legacy, setting);
    this.nursery.addWrite(this);
    if (!this.isBackground) return new Promise(this.awaitBoth);
    this.inFull.countBackground(1);
    this.answer.then(this.confirmedByLegacy, this.refusedByLegacy);
    return this.answer;
  }

  handOver = (): void => {
    const { setting, epoch, key, deadline, answer } = this;
    if (setting === undefined || epoch === undefined) return;
    const { inFull, nursery, clock } = this;
    this.leaveNursery();
    this.kind.leave(this);
    const made = { answer, spentMs: nursery.momentMs };
    const rest = this.isOnNext
      ? inFull.goOnFromNext(key, epoch, made)
      : inFull.goOnFromLegacy(key, epoch, {
          made,
          call: (cache) =>
            setFor(cache, { ...setting, lifetime: leftUntil(deadline, setting.lifetime, clock) }),
        });
    if (this.settle === undefined) rest.catch(() => undefined);
    else this.settle(rest);
  };

  private readonly awaitBoth = (resolve: (rest?: Promise<void>) => void): void => {
    this.settle = resolve;
    this.answer.then(this.confirmedByLegacy, this.handOver);
  };

  private readonly confirmedByLegacy = (): void => {
    const { setting } = this;
    if (setting === undefined) return;
    this.legacy.answered();
    if (this.isBackground) {
      this.isAwaited = false;
      this.leases.kill(this.key);
    }
    this.isOnNext = true;
    const lifetime = leftUntil(this.deadline, setting.lifetime, this.clock);
    const isWhole = lifetime.ttl === setting.lifetime.ttl;
    this.answer = this.setOn(this.next, isWhole ? setting : { ...setting, lifetime });
    this.answer.then(this.confirmedByNext, this.handOver);
  };

  /** Where the caller waits for legacy alone, it was not sent on: neither side answers for the key. */
  private readonly refusedByLegacy = (error: unknown): void => {
    if (this.setting === undefined) return;
    this.leaveNursery();
    this.legacy.refused(this.key, error);
    this.next.missUnlessDeclined(this.key, error);
    this.leases.kill(this.key);
    this.kind.end(this);
  };

  private readonly confirmedByNext = (): void => {
    if (this.setting === undefined) return;
    this.leaveNursery();
    this.next.answered();
    if (this.settle !== undefined) {
      this.leases.kill(this.key);
      this.settle();
      this.settle = undefined;
    }
    this.kind.end(this);
  };

  private leaveNursery(): void {
    this.setting = undefined;
    this.nursery.removeWrite(this);
    if (this.isBackground) this.inFull.countBackground(-1);
  }

  /** A call that throws has failed like one that rejects. */
  private setOn(side: Side<V>, setting: Setting<V>): Promise<void> {
    try {
      return setFor(side.cache, setting);
    } catch (error) {
      return rejected(error);
    }
  }
}

const NOTHING = Promise.resolve();

async function rejected(error: unknown): Promise<never> {
  throw error;
}
