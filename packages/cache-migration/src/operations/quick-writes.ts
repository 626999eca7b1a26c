import type { YoungWrites } from '../sides/young-writes.js';
import type { Side } from '../sides/side.js';
import type { Epoch } from '../stages/epoch.js';
import { DualSet } from './dual-set.js';
import { setFor, settingInTurn, type Setting } from './lifetime.js';
import { LoneSet } from './lone-set.js';
import type { YoungSetSettings } from './young-set.js';

/**
 * Sets of keys that nothing else is open for: nothing is recorded but that they are there. What does
 * not go as it mostly does is left to the write path.
 */
export class QuickWrites<V> {
  readonly #settings: YoungSetSettings<V>;
  readonly #nursery;
  readonly #leases;
  readonly #loneSets: YoungWrites<LoneSet<V>>;
  readonly #dualSets: YoungWrites<DualSet<V>>;

  constructor(settings: YoungSetSettings<V>) {
    this.#settings = settings;
    this.#nursery = settings.nursery;
    this.#leases = settings.leases;
    this.#loneSets = settings.nursery.raise(() => new LoneSet(settings, this.#loneSets));
    this.#dualSets = settings.nursery.raise(() => new DualSet(settings, this.#dualSets));
  }

  /** Sets the key on the side that stands alone. */
  setAlone(side: Side<V>, setting: Setting<V>): Promise<void> {
    const { key } = setting;
    if (this.#nursery.writeOf(key) !== undefined || !side.order.isEmpty) {
      const { inFull, clock, counter } = this.#settings;
      const call = settingInTurn(setting, clock);
      counter.set();
      return inFull.direct(side, key, { manner: 'concurrent', call });
    }
    this.#leases.kill(key);
    const answer = setFor(side.cache, setting);
    this.#loneSets.begin().begin(side, key, answer);
    return answer;
  }

  /** Sets the key where the epoch says. */
  set(epoch: Epoch, setting: Setting<V>): Promise<void> {
    const { nursery, inFull, sides, clock } = this.#settings;
    const { key } = setting;
    const isQuick =
      epoch.route.writes === 'both' &&
      nursery.writeOf(key) === undefined &&
      sides.legacy.isIdleFor(key) &&
      sides.next.isIdleFor(key) &&
      inFull.hasRoom;
    if (!isQuick) return inFull.set(key, epoch, settingInTurn(setting, clock));
    return this.#dualSets.begin().run(setting, epoch);
  }
}
