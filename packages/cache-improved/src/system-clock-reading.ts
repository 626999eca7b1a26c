import { systemClock, type Clock } from '@resync/cache-contract';

/** How many questions one reading of the machine's clock may answer. */
const QUESTIONS = 64;
/** Milliseconds of the event loop after which a reading answers no more. */
const VALID_FOR = 100;
/** A reading only answers for moments that are further away than this, in milliseconds. */
const FAR = 5000;
/** How many ends one reading may be used for, within one run of synchronous code. */
const ENDS = 64;
/** After a run in which a reading was kept for nothing, how many are taken before one is kept again. */
const PATIENCE = 64;

/** The clock of the machine as it was found; test frameworks put another in its place. */
const machineNow = Date.now;
const isMachine = Function.prototype.toString.call(machineNow).includes('[native code]');

/**
 * The time for an engine that asks for it with each call. A reading of the machine's clock takes as long as
 * all the rest of a hit, so that one reading answers up to 64 questions whether a moment is past, for a
 * tenth of a second at most, and only about moments that were more than five seconds away; all others are
 * answered exactly. It is wrong only where 64 of these calls, or two with a standstill between them, take more
 * than five seconds in one run of synchronous code. Any other clock than the machine's, that of fake timers too, is asked each time.
 */
export class ClockReading {
  readonly #clock: Clock;
  readonly #isCoarse: boolean;
  /** Moments after this one are far away. */
  #far = Infinity;
  #questions = 0;
  #isTimed = false;
  #reading = NaN;
  /** For how many more ends the reading may be used. */
  #ends = 0;
  /** How many the next reading may be used for: the more of them, the more came within a millisecond. */
  #nextEnds = 0;
  #patience = 0;
  #isKept = false;

  /** @param isExact the clock is asked each time */
  constructor(clock: Clock, { isExact = false }: { readonly isExact?: boolean } = {}) {
    this.#clock = clock;
    this.#isCoarse = clock === systemClock && isMachine && !isExact;
  }

  /**
   * Whether the moment is known to be to come without asking the clock.
   *
   * @param moment milliseconds since the epoch
   */
  isFarOff(moment: number): boolean {
    return moment > this.#far && --this.#questions >= 0 && Date.now === machineNow;
  }

  /** @param moment milliseconds since the epoch */
  isPast(moment: number): boolean {
    return !this.isFarOff(moment) && moment <= this.now();
  }

  now(): number {
    const now = this.#clock.now();
    if (this.#isCoarse && Date.now === machineNow) {
      this.#far = now + FAR;
      this.#questions = QUESTIONS;
      this.#expireReading();
    }
    return now;
  }

  /**
   * The moment from which a lifetime counts: now, and never later. While calls come many to a millisecond,
   * one reading is used for up to 64 of them, in the same run of synchronous code: a lifetime may end early
   * by what these took.
   */
  start(): number {
    if (this.#ends > 0 && Date.now === machineNow) {
      this.#ends -= 1;
      return this.#reading;
    }
    return this.#readStart();
  }

  #readStart(): number {
    const now = this.now();
    if (!this.#isCoarse || Date.now !== machineNow) return now;
    const isSame = now === this.#reading;
    this.#reading = now;
    this.#nextEnds = isSame ? Math.min(ENDS, this.#nextEnds * 2 + 1) : 0;
    if (this.#patience > 0) this.#patience -= 1;
    else if (this.#nextEnds > 0) this.#keep();
    return now;
  }

  #keep(): void {
    this.#ends = this.#nextEnds;
    if (this.#isKept) return;
    this.#isKept = true;
    queueMicrotask(() => {
      if (this.#ends === this.#nextEnds) this.#patience = PATIENCE;
      this.#isKept = false;
      this.#ends = 0;
    });
  }

  #expireReading(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#clock.schedule(() => {
      this.#isTimed = false;
      this.#questions = 0;
    }, VALID_FOR);
  }
}
