import { FIRST_SLOT, type EvictionPolicy, type PolicyPorts } from './eviction-policy.js';
import { Ghosts, isOld, lastUse, NO_GHOST } from './ghosts.js';
import { EPOCHS, ReuseAges } from './reuse-ages.js';
import { SlotLinks } from './slot-links.js';

// The byte of a slot: how often it was used, in which list it is, and the epoch of its last use.
const USES = 0b11;
const MAIN = 0b100;
const EPOCH_SHIFT = 3;

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
/** As many ghosts of the main list as this share of the entries; of the small list, as many as entries. */
const MAIN_GHOSTS = 0.5;
/** What the account against LRU earns for each use, and its bounds as shares of the entries. */
const EARNED = 0.003;
const CREDIT_AT_FIRST = 0.3;
const CREDIT_AT_MOST = 1;
const CREDIT_TO_RETURN = 0.2;

/** What is only needed once something was evicted. */
interface Memory {
  /** The hashes of the keys in the slots; 0 where it was not asked for yet. */
  hashes: Uint32Array;
  readonly small: Ghosts;
  readonly main: Ghosts;
}

/**
 * S3-FIFO (Yang et al., SOSP 2023): new entries pass through a small first-in-first-out list, those that
 * are used there stay in a main one, and a hit only writes a byte. Different from the publication:
 *
 * - Ghosts of both lists move the aim for the small list's size, as ARC does (Megiddo, Modha, FAST 2003).
 * - While there is room, what leaves the small list goes to the main one, so that a part of a loop that
 *   is larger than the cache stays.
 * - An account tells what is won or lost against least-recently-used eviction ({@link ReuseAges}). While
 *   it is overdrawn, evictions follow the time of the last use instead.
 */
export class S3Fifo implements EvictionPolicy {
  /** Entries that the last eviction moved, or the last addition where there was room. */
  moves = 0;
  readonly #hashOf: PolicyPorts['hashOf'];
  readonly #links = new SlotLinks(FIRST_SLOT);
  readonly #ages = new ReuseAges();
  #bytes = new Uint8Array(FIRST_SLOT);
  // Known from the first eviction on.
  #memory: Memory | undefined;
  #epochBits = 0;
  #small = 0;
  #main = 0;
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
    if (byte >> EPOCH_SHIFT !== this.#epochBits) this.#firstUseInEpoch(slot, byte);
    else if ((byte & USES) !== USES) this.#bytes[slot] = byte + 1;
  }

  added(slot: number): void {
    this.#ages.capacity = Math.max(this.#ages.capacity, this.#small + this.#main + 1);
    if (!this.#hasMadeRoom) this.#fillMain();
    this.#hasMadeRoom = false;
    if (this.#memory !== undefined && this.#wasEvictedLately(slot, this.#memory)) {
      this.#links.insertBefore(slot, MAIN_ENDS);
      this.#bytes[slot] = (this.#epochBits << EPOCH_SHIFT) | MAIN;
      this.#main += 1;
    } else {
      if (this.#memory === undefined) this.#use(NEVER);
      this.#links.insertBefore(slot, SMALL_ENDS);
      this.#bytes[slot] = this.#epochBits << EPOCH_SHIFT;
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
    const memory = this.#remember(entries);
    this.#ages.capacity = entries;
    this.#hasMadeRoom = true;
    this.moves = 0;
    const victim = this.#followsUse ? this.#leastLatelyUsed() : this.#leastUsed(entries);
    const byte = this.#bytes[victim] ?? 0;
    const ghosts = (byte & MAIN) === 0 ? memory.small : memory.main;
    const hash = memory.hashes[victim] ?? 0;
    ghosts.remember(
      hash === 0 ? this.#hashOf(victim) : hash,
      (this.#ages.epoch - this.#ageOf(byte)) & 0xff,
    );
    this.removed(victim);
    return victim;
  }

  clear(): void {
    this.#links.circle(SMALL_ENDS);
    this.#links.circle(MAIN_ENDS);
    for (let age = EPOCHS - 1; age >= 0; age -= 1) {
      this.#links.insertBefore(this.#startOf(this.#ages.epoch - age), MAIN_ENDS);
    }
    this.#small = 0;
    this.#main = 0;
    this.#memory = undefined;
    this.#followsUse = false;
    this.#ages.clear();
  }

  grow(slots: number): void {
    this.#links.grow(slots);
    const bytes = new Uint8Array(slots);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    if (this.#memory === undefined) return;
    const hashes = new Uint32Array(slots);
    hashes.set(this.#memory.hashes);
    this.#memory.hashes = hashes;
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
      const end = age === 0 ? MAIN_ENDS : this.#startOf(this.#ages.epoch - age + 1);
      this.#move(used, (byte & ~USES) | MAIN, end);
    }
  }

  #isUsed(slot: number): boolean {
    return ((this.#bytes[slot] ?? 0) & USES) !== 0;
  }

  #move(slot: number, byte: number, successor: number): void {
    this.removed(slot);
    this.#links.insertBefore(slot, successor);
    this.#bytes[slot] = byte;
    this.#main += 1;
    this.moves += 1;
  }

  /** While there is room, the main list gets its share. */
  #fillMain(): void {
    this.moves = 0;
    if (this.#small === 0 || this.#small < this.#aim * (this.#small + this.#main)) return;
    const slot = this.#links.after(SMALL_ENDS);
    this.#move(slot, (this.#bytes[slot] ?? 0) | MAIN, MAIN_ENDS);
  }

  #firstUseInEpoch(slot: number, byte: number): void {
    const age = this.#ageOf(byte);
    if (this.#memory !== undefined) this.#account(1 - this.#ages.held(age));
    this.#use(age);
    const used = (byte & USES) === USES ? byte : byte + 1;
    this.#bytes[slot] = (used & (USES | MAIN)) | (this.#epochBits << EPOCH_SHIFT);
  }

  /** Learns from the ghosts that the key has left. */
  #wasEvictedLately(slot: number, memory: Memory): boolean {
    const hash = this.#hashOf(slot);
    memory.hashes[slot] = hash;
    const small = memory.small.take(hash);
    const ghost = small === NO_GHOST ? memory.main.take(hash) : small;
    const age = ghost === NO_GHOST ? NEVER : (this.#ages.epoch - lastUse(ghost)) & 0xff;
    this.#account(-this.#ages.held(age));
    this.#use(age);
    // Of the small list's ghosts, those that went long ago say nothing about its size.
    if (ghost === NO_GHOST || (small !== NO_GHOST && isOld(ghost))) return false;
    const entries = this.#small + this.#main + 1;
    this.#aim =
      small === NO_GHOST
        ? Math.max(SMALL_AT_LEAST, 1 / entries, this.#aim - SHRINK_BY / entries)
        : Math.min(SMALL_AT_MOST, this.#aim + GROW_BY / entries);
    return true;
  }

  #account(won: number): void {
    const entries = this.#small + this.#main;
    this.#credit = Math.min(this.#credit + won + EARNED, CREDIT_AT_MOST * entries);
    if (this.#credit < 0) this.#followsUse = true;
    else if (this.#credit > CREDIT_TO_RETURN * entries) this.#followsUse = false;
  }

  #use(age: number): void {
    if (!this.#ages.use(age)) return;
    const start = this.#startOf(this.#ages.epoch);
    this.#links.remove(start);
    this.#links.insertBefore(start, MAIN_ENDS);
    this.#epochBits = this.#ages.epoch & (EPOCHS - 1);
  }

  #remember(entries: number): Memory {
    const memory = this.#memory;
    if (memory !== undefined && isAbout(memory.small.capacity, entries)) return memory;
    if (memory === undefined) this.#credit = CREDIT_AT_FIRST * entries;
    this.#memory = {
      hashes: memory?.hashes ?? new Uint32Array(this.#bytes.length),
      small: new Ghosts(entries),
      main: new Ghosts(entries * MAIN_GHOSTS),
    };
    return this.#memory;
  }

  #oldestInMain(): number {
    let slot = this.#links.after(MAIN_ENDS);
    while (slot < FIRST_SLOT) slot = this.#links.after(slot);
    return slot;
  }

  /** Of the oldest: its byte cannot tell an age of more than the epochs told apart, but its place can. */
  #ageInMain(oldest: number): number {
    let begun = 0;
    for (let slot = this.#links.after(MAIN_ENDS); slot !== oldest; slot = this.#links.after(slot)) {
      begun += 1;
    }
    return Math.max(this.#ageOf(this.#bytes[oldest] ?? 0), EPOCHS - begun);
  }

  #ageOf(byte: number): number {
    return (this.#epochBits - (byte >> EPOCH_SHIFT)) & (EPOCHS - 1);
  }

  #startOf(epoch: number): number {
    return EPOCH_STARTS + (epoch & (EPOCHS - 1));
  }
}

function isAbout(capacity: number, entries: number): boolean {
  return capacity >= entries / 2 && capacity <= entries * 4;
}
