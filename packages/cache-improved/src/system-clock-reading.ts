import { systemClock, type Clock } from '@resync/cache-contract';

/** How many questions one reading of the machine's clock may answer. */
const QUESTIONS = 64;
/** Milliseconds of the event loop after which a reading answers no more. */
const VALID_FOR = 100;
/** A reading only answers for moments that are further away than this, in milliseconds. */
const FAR = 5000;

/** The clock of the machine as it was found; test frameworks put another in its place. */
const machineNow = Date.now;
const isMachine = Function.prototype.toString.call(machineNow).includes('[native code]');

/**
 * Whether a moment is past. A reading of the machine's clock takes as long as all the rest of a hit, so
 * that one reading answers up to 64 questions, for a tenth of a second at most, and only about moments
 * that were more than five seconds away; all others are answered exactly. It is wrong only where the
 * process stands still for five seconds between two of these calls. Any other clock than the machine's,
 * that of fake timers too, is asked each time.
 */
export class ClockReading {
  readonly #clock: Clock;
  readonly #isCoarse: boolean;
  /** Moments after this one are far away. */
  #far = Infinity;
  #questions = 0;
  #isTimed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#isCoarse = clock === systemClock && isMachine;
  }

  /** @param moment milliseconds since the epoch */
  isPast(moment: number): boolean {
    if (this.#questions > 0 && moment > this.#far && Date.now === machineNow) {
      this.#questions -= 1;
      return false;
    }
    return moment <= this.now();
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

  #expireReading(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#clock.schedule(() => {
      this.#isTimed = false;
      this.#questions = 0;
    }, VALID_FOR);
  }
}
