import { FIRST_SLOT, type EvictionPolicy, type PolicyPorts } from './eviction-policy.js';
import { Ghosts, isOfMain, isOld, lastUse, NO_GHOST } from './ghosts.js';
import { CERTAIN, EPOCHS, ReuseAges } from './reuse-ages.js';
import { SlotLinks } from './slot-links.js';

// The byte of a slot: how often it was used, in which list it is, and the epoch of its last use.
const USE_BITS = 2;
const USES = 0b11;
const MAIN = 0b100;
const EPOCH = 0b1111_1000;
const EPOCH_SHIFT = 3;
const EPOCH_BITS = 5;

const SMALL_ENDS = 0;
/** Where the entries of an epoch begin in the main list, one slot for each of the epochs told apart. */
const EPOCH_STARTS = 1;
const MAIN_ENDS = EPOCH_STARTS + EPOCHS;

/** Uses in the small list that lead to the main list. */
const PROMOTED_FROM = 2;
/** How many entries one eviction may move before it takes the next one as it comes. */
const MOST_MOVES = 64;
/** The small list's share of the entries: at first, at least and at most. */
const SMALL_AT_FIRST = 0.1;
const SMALL_AT_LEAST = 0.01;
const SMALL_AT_MOST = 0.9;
/** By how many entries a hit among the ghosts moves the aim for the small list. */
const GROW_BY = 1;
const SHRINK_BY = 1.5;
/** The age of what was never used before, in epochs. */
const NEVER = 1000;
/** What the account against LRU earns for each use, and its bounds for each entry, in thousandths of a hit. */
const EARNED = 3;
const CREDIT_AT_FIRST = 300;
const CREDIT_AT_MOST = 1000;
const CREDIT_TO_RETURN = 200;
/** From so many entries on, uses are counted in one of so many slots; the account is a sum over many. */
const SAMPLED_FROM = 16_384;
const SAMPLE = 8;

/**
 * S3-FIFO (Yang et al., SOSP 2023): new entries pass through a small first-in-first-out list, those that
 * are used there stay in a main one, and a hit only writes a byte. Different from the publication:
 *
 * - Ghosts of both lists move the aim for the small list's size, as ARC does (Megiddo, Modha, FAST 2003).
 * - While there is room, what leaves the small list goes to the main one, so that a part of a loop that
 *   is larger than the cache stays.
 * - An account tells what is won or lost against least-recently-used eviction ({@link ReuseAges}). While
 *   it is overdrawn, evictions follow the time of the last use instead. In a large cache the hits of one slot in
 *   eight stand for all, as in SHARDS (Waldspurger et al., FAST 2015).
 */
export class S3Fifo implements EvictionPolicy {
  /** Entries that the last eviction moved, or the last addition where there was room. */
  moves = 0;
  readonly #hashOf: PolicyPorts['hashOf'];
  readonly #links = new SlotLinks(FIRST_SLOT);
  readonly #ages = new ReuseAges();
  #bytes = new Uint8Array(FIRST_SLOT);
  /** From the first eviction on. */
  #ghosts: Ghosts | undefined;
  /** The epoch as it stands in a byte. */
  #epochBits = 0;
  /** Which bits are zero in a slot whose uses are counted. */
  #unsampled = 0;
  #small = 0;
  #main = 0;
  /** Of how many epochs the starts are no longer in the main list: the oldest ones. */
  #passed = 0;
  /** The share of the entries that the small list is meant to have. */
  #aim = SMALL_AT_FIRST;
  #credit = 0;
  #followsUse = false;
  #hasMadeRoom = false;

  constructor({ hashOf }: PolicyPorts) {
    this.#hashOf = hashOf;
    this.clear();
  }

  hit(slot: number): void {
    const byte = this.#bytes[slot] ?? 0;
    const more = (byte & USES) + 1;
    const used = (byte & MAIN) | (more - (more >> USE_BITS)) | this.#epochBits;
    if (used === byte) return;
    this.#bytes[slot] = used;
    // Whether it is the first use in the epoch, in a slot that is sampled: one comparison, as neither can be foreseen.
    if ((used ^ byte) >> EPOCH_SHIFT > (slot & this.#unsampled) << EPOCH_BITS) {
      this.#countFirstUse(this.#ageOf(byte));
    }
  }

  added(slot: number): void {
    this.#ages.capacity = Math.max(this.#ages.capacity, this.#small + this.#main + 1);
    if (!this.#hasMadeRoom) this.#fillMain();
    this.#hasMadeRoom = false;
    if (this.#ghosts !== undefined && this.#wasEvictedLately(slot, this.#ghosts)) {
      this.#links.insertBefore(slot, MAIN_ENDS);
      this.#bytes[slot] = this.#epochBits | MAIN;
      this.#main += 1;
    } else {
      if (this.#ghosts === undefined) this.#use(NEVER, 1);
      this.#links.insertBefore(slot, SMALL_ENDS);
      this.#bytes[slot] = this.#epochBits;
      this.#small += 1;
    }
  }

  removed(slot: number): void {
    this.#links.remove(slot);
    if (((this.#bytes[slot] ?? 0) & MAIN) === 0) this.#small -= 1;
    else this.#main -= 1;
  }

  takeVictim(): number {
    const entries = this.#small + this.#main;
    if (entries === 0) return 0;
    const ghosts = this.#ghostsFor(entries);
    this.#ages.capacity = entries;
    this.#hasMadeRoom = true;
    this.moves = 0;
    const victim = this.#followsUse ? this.#leastLatelyUsed() : this.#leastUsed(entries);
    const byte = this.#bytes[victim] ?? 0;
    const usedIn = (this.#ages.epoch - this.#ageOf(byte)) & 0xff;
    ghosts.remember(this.#hashOf(victim), usedIn, { isMain: (byte & MAIN) !== 0 });
    this.removed(victim);
    return victim;
  }

  clear(): void {
    this.#links.circle(SMALL_ENDS);
    this.#links.circle(MAIN_ENDS);
    this.#passed = 0;
    for (let age = EPOCHS - 1; age >= 0; age -= 1) {
      this.#links.insertBefore(this.#startOf(age), MAIN_ENDS);
    }
    this.#small = 0;
    this.#main = 0;
    this.#ghosts = undefined;
    this.#followsUse = false;
    this.#ages.clear();
  }

  grow(slots: number): void {
    this.#links.grow(slots);
    const bytes = new Uint8Array(slots);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  /** What published S3-FIFO evicts, with the aim for the small list as it is now. */
  #leastUsed(entries: number): number {
    for (;;) {
      const isLast = this.moves >= MOST_MOVES;
      if (this.#small > 0 && (this.#main === 0 || this.#small >= this.#aim * entries)) {
        const slot = this.#links.after(SMALL_ENDS);
        const byte = this.#bytes[slot] ?? 0;
        if ((byte & USES) < PROMOTED_FROM || isLast) return slot;
        this.#move(slot, (byte & ~USES) | MAIN, MAIN_ENDS);
      } else {
        const slot = this.#oldestInMain();
        const byte = this.#bytes[slot] ?? 0;
        if ((byte & USES) === 0 || isLast) return slot;
        this.#move(slot, byte - 1, MAIN_ENDS);
      }
    }
  }

  /** The heads of the lists, whichever was used less lately; what was used since it was queued is put where it belongs. */
  #leastLatelyUsed(): number {
    for (;;) {
      const small = this.#small === 0 ? 0 : this.#links.after(SMALL_ENDS);
      const main = this.#main === 0 ? 0 : this.#oldestInMain();
      const smallAge = small === 0 ? -1 : this.#ageOf(this.#bytes[small] ?? 0);
      const mainAge = main === 0 ? -1 : this.#ageInMain(main);
      const used =
        this.moves >= MOST_MOVES
          ? 0
          : (small !== 0 && this.#isUsed(small) && small) ||
            (main !== 0 && this.#isUsed(main) && main) ||
            0;
      if (used === 0) return smallAge >= mainAge ? small : main;
      const byte = this.#bytes[used] ?? 0;
      const age = this.#ageOf(byte);
      this.#move(used, (byte & ~USES) | MAIN, age === 0 ? MAIN_ENDS : this.#startOf(age - 1));
    }
  }

  #isUsed(slot: number): boolean {
    return ((this.#bytes[slot] ?? 0) & USES) !== 0;
  }

  #move(slot: number, byte: number, successor: number): void {
    this.removed(slot);
    this.#links.insertBefore(slot, successor);
    this.#main += 1;
    this.#bytes[slot] = byte;
    this.moves += 1;
  }

  /** While there is room, the main list gets its share. */
  #fillMain(): void {
    this.moves = 0;
    if (this.#small === 0 || this.#small < this.#aim * (this.#small + this.#main)) return;
    const slot = this.#links.after(SMALL_ENDS);
    this.#move(slot, (this.#bytes[slot] ?? 0) | MAIN, MAIN_ENDS);
  }

  #countFirstUse(age: number): void {
    const weight = this.#unsampled + 1;
    if (this.#ghosts !== undefined) this.#account(CERTAIN - this.#ages.held(age), weight);
    this.#use(age, weight);
  }

  /** Learns from the ghosts that the key has left. */
  #wasEvictedLately(slot: number, ghosts: Ghosts): boolean {
    const ghost = ghosts.take(this.#hashOf(slot));
    const age = ghost === NO_GHOST ? NEVER : (this.#ages.epoch - lastUse(ghost)) & 0xff;
    this.#account(-this.#ages.held(age), 1);
    this.#use(age, 1);
    if (ghost === NO_GHOST) return false;
    // What went long ago says nothing about the size of its list.
    if (!isOld(ghost)) this.#moveAim(isOfMain(ghost) ? -SHRINK_BY : GROW_BY);
    return isOfMain(ghost) || !isOld(ghost);
  }

  #moveAim(by: number): void {
    const entries = this.#small + this.#main + 1;
    const aim = Math.min(SMALL_AT_MOST, this.#aim + by / entries);
    this.#aim = Math.max(SMALL_AT_LEAST, 1 / entries, aim);
  }

  #account(won: number, weight: number): void {
    const entries = this.#small + this.#main;
    this.#credit = Math.min(this.#credit + weight * (won + EARNED), CREDIT_AT_MOST * entries);
    if (!this.#followsUse) this.#followsUse = this.#credit < 0;
    else if (this.#credit > CREDIT_TO_RETURN * entries) this.#followsUse = false;
    else if (this.#credit < -CREDIT_AT_FIRST * entries) {
      // It loses by this as well, and may by the other lose less.
      this.#followsUse = false;
      this.#credit = CREDIT_AT_FIRST * entries;
    }
  }

  #use(age: number, weight: number): void {
    if (!this.#ages.use(age, weight)) return;
    const start = EPOCH_STARTS + (this.#ages.epoch & (EPOCHS - 1));
    if (this.#passed > 0) this.#passed -= 1;
    else this.#links.remove(start);
    this.#links.insertBefore(start, MAIN_ENDS);
    this.#epochBits = (this.#ages.epoch & (EPOCHS - 1)) << EPOCH_SHIFT;
    this.#unsampled = this.#ages.capacity < SAMPLED_FROM ? 0 : SAMPLE - 1;
  }

  #ghostsFor(entries: number): Ghosts {
    const ghosts = this.#ghosts;
    if (ghosts !== undefined && isAbout(ghosts.capacity, entries)) return ghosts;
    if (ghosts === undefined) this.#credit = CREDIT_AT_FIRST * entries;
    this.#ghosts = new Ghosts(entries);
    return this.#ghosts;
  }

  /** The starts of epochs of which nothing is left are taken out on the way. */
  #oldestInMain(): number {
    let slot = this.#links.after(MAIN_ENDS);
    while (slot < FIRST_SLOT) {
      this.#links.remove(slot);
      this.#passed += 1;
      slot = this.#links.after(MAIN_ENDS);
    }
    return slot;
  }

  /** Of the oldest: its byte cannot tell an age of more than the epochs told apart, but its place can. */
  #ageInMain(oldest: number): number {
    return Math.max(this.#ageOf(this.#bytes[oldest] ?? 0), EPOCHS - this.#passed);
  }

  #ageOf(byte: number): number {
    return ((this.#epochBits - (byte & EPOCH)) >> EPOCH_SHIFT) & (EPOCHS - 1);
  }

  /** Where the entries of so many epochs ago begin in the main list; what was taken out is put back for it. */
  #startOf(age: number): number {
    while (age >= EPOCHS - this.#passed) {
      const youngest = EPOCH_STARTS + ((this.#ages.epoch + this.#passed) & (EPOCHS - 1));
      this.#links.insertBefore(youngest, this.#links.after(MAIN_ENDS));
      this.#passed -= 1;
    }
    return EPOCH_STARTS + ((this.#ages.epoch - age) & (EPOCHS - 1));
  }
}

function isAbout(capacity: number, entries: number): boolean {
  return capacity >= entries / 2 && capacity <= entries * 4;
}
