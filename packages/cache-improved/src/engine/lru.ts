import { FIRST_SLOT, type EvictionPolicy } from './eviction-policy.js';
import { SlotLinks } from './slot-links.js';

const ENDS = 0;

/** The least recently used entry makes room, exactly: each hit moves its entry to the end of a list. */
export class Lru implements EvictionPolicy {
  readonly #links = new SlotLinks(FIRST_SLOT);

  constructor() {
    this.#links.circle(ENDS);
  }

  added(slot: number): void {
    this.#links.insertBefore(slot, ENDS);
  }

  hit(slot: number): void {
    this.#links.remove(slot);
    this.#links.insertBefore(slot, ENDS);
  }

  removed(slot: number): void {
    this.#links.remove(slot);
  }

  takeVictim(): number {
    const victim = this.#links.after(ENDS);
    if (victim !== ENDS) this.#links.remove(victim);
    return victim;
  }

  clear(): void {
    this.#links.circle(ENDS);
  }

  grow(slots: number): void {
    this.#links.grow(slots);
  }
}
