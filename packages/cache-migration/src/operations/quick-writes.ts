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
  /** Those that are over, to be used again. */
  readonly #loneSets: LoneSet<V>[] = [];
  readonly #dualSets: DualSet<V>[] = [];

  constructor(settings: YoungSetSettings<V>) {
    this.#settings = settings;
  }

  /** Sets the key on the side that stands alone. */
  setAlone(side: Side<V>, setting: Setting<V>): Promise<void> {
    const { nursery, inFull, clock, leases } = this.#settings;
    const { key } = setting;
    if (nursery.writeOf(key) !== undefined || !side.order.isEmpty) {
      const call = settingInTurn(setting, clock);
      return inFull.direct(side, key, { manner: 'concurrent', call });
    }
    leases.kill(key);
    const answer = setFor(side.cache, setting);
    const set = this.#loneSets.pop() ?? new LoneSet(this.#settings, this.#takeLoneSet);
    set.begin(side, key, answer);
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
    const set = this.#dualSets.pop() ?? new DualSet(this.#settings, this.#takeDualSet);
    return set.run(setting, epoch);
  }

  readonly #takeLoneSet = (set: LoneSet<V>): void => {
    this.#loneSets.push(set);
  };

  readonly #takeDualSet = (set: DualSet<V>): void => {
    this.#dualSets.push(set);
  };
}
