import type { YoungWrite } from '../sides/nursery.js';
import type { Epoch } from '../stages/epoch.js';
import { deadlineOf, leftUntil, setFor, type Setting } from './lifetime.js';
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
  private readonly settings: YoungSetSettings<V>;
  private readonly whenOver: (set: DualSet<V>) => void;

  /** @param whenOver takes it back */
  constructor(settings: YoungSetSettings<V>, whenOver: (set: DualSet<V>) => void) {
    this.settings = settings;
    this.whenOver = whenOver;
  }

  run(setting: Setting<V>, epoch: Epoch): Promise<void> {
    const { sides, nursery, leases, inFull, clock } = this.settings;
    leases.kill(setting.key);
    this.key = setting.key;
    this.deadline = deadlineOf(setting.ttl, clock);
    this.epoch = epoch;
    this.isOnNext = false;
    this.isAwaited = true;
    this.isBackground = epoch.route.waitsFor.length === 1;
    this.answer = setFor(sides.legacy.cache, setting);
    this.setting = setting;
    nursery.addWrite(this);
    if (!this.isBackground) return new Promise(this.awaitBoth);
    inFull.countBackground(1);
    this.answer.then(this.confirmedByLegacy, this.refusedByLegacy);
    return this.answer;
  }

  handOver = (): void => {
    const { setting, epoch, key, deadline, answer } = this;
    if (setting === undefined || epoch === undefined) return;
    const { inFull, nursery, clock } = this.settings;
    this.leaveNursery();
    const made = { answer, spentMs: nursery.momentMs };
    const rest = this.isOnNext
      ? inFull.goOnFromNext(key, epoch, made)
      : inFull.goOnFromLegacy(key, epoch, {
          made,
          call: (cache) => setFor(cache, { ...setting, ttl: leftUntil(deadline, clock) }),
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
    const { sides, leases, clock } = this.settings;
    if (this.isBackground) {
      this.isAwaited = false;
      leases.kill(this.key);
    } else sides.legacy.answered();
    this.isOnNext = true;
    try {
      const ttl = leftUntil(this.deadline, clock);
      this.answer = setFor(sides.next.cache, ttl === setting.ttl ? setting : { ...setting, ttl });
    } catch (error) {
      this.answer = rejected(error);
    }
    this.answer.then(this.confirmedByNext, this.handOver);
  };

  /** Where the caller waits for legacy alone, it was not sent on: neither side answers for the key. */
  private readonly refusedByLegacy = (error: unknown): void => {
    if (this.setting === undefined) return;
    const { sides, leases } = this.settings;
    this.leaveNursery();
    sides.legacy.refused(this.key, error);
    sides.next.missUnlessDeclined(this.key, error);
    leases.kill(this.key);
    this.whenOver(this);
  };

  private readonly confirmedByNext = (): void => {
    if (this.setting === undefined) return;
    const { sides, leases } = this.settings;
    this.leaveNursery();
    sides.next.answered();
    if (this.settle !== undefined) {
      leases.kill(this.key);
      this.settle();
      this.settle = undefined;
    }
    this.whenOver(this);
  };

  private leaveNursery(): void {
    this.setting = undefined;
    this.settings.nursery.removeWrite(this);
    if (this.isBackground) this.settings.inFull.countBackground(-1);
  }
}

const NOTHING = Promise.resolve();

/** A call that throws has failed like one that rejects. */
async function rejected(error: unknown): Promise<never> {
  throw error;
}
