import type { Clock } from '@resync/cache-contract';
import type { CommandGate } from './command-gate.js';

/** Between which bounds the server's clock is ahead of the monotonic one of this process, in milliseconds. */
interface Sample {
  readonly low: number;
  readonly high: number;
  readonly takenAt: number;
  /** The clock of the wall minus the monotonic one. */
  readonly wall: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly fail: (error: unknown) => void;
}

/** Milliseconds after which the server is asked again: clocks drift apart. */
const REFRESH = 10_000;
/** As much after an answer that took long and says little. */
const REFRESH_OF_ROUGH = 250;
const ROUGH = 10;

/**
 * The server's clock as seen from here: it said its time somewhere between the moment at which it was
 * asked and the one at which the answer came (Cristian, "Probabilistic clock synchronization", 1989),
 * so that both bounds are known and each use takes the one that errs on the safe side.
 */
export class ServerTime {
  readonly #gate: CommandGate;
  readonly #clock: Clock;
  #sample: Sample | undefined;
  #isAsking = false;
  #waiting: Waiting[] = [];

  constructor(gate: CommandGate, clock: Clock) {
    this.#gate = gate;
    this.#clock = clock;
  }

  /** Begins at once where the server's clock is known, else once it is, in the order of the calls. */
  whenKnown(begin: () => void, fail: (error: unknown) => void): void {
    this.refresh();
    if (this.#sample === undefined) this.#waiting.push({ begin, fail });
    else begin();
  }

  /** Asks the server where that was long ago; the answer comes before that of what is sent next. */
  refresh(): void {
    const now = this.#clock.monotonic();
    if (this.#isAsking) return;
    if (this.#sample !== undefined && now - this.#sample.takenAt < refreshOf(this.#sample)) return;
    this.#isAsking = true;
    this.#gate.send({ args: ['TIME'], giveUpAt: this.#gate.limit() }).then(
      (reply) => this.#learn(reply as [string, string], now),
      (error: unknown) => this.#failed(error),
    );
  }

  /** The connection may be to another server from now on, or its clock may have been set. */
  forget(): void {
    this.#sample = undefined;
  }

  /** What the server's clock says at the earliest at that moment of the monotonic clock. */
  atMonotonic(moment: number): number {
    return this.#sample === undefined ? 0 : moment + this.#sample.low;
  }

  /** A moment of the wall clock on the server's, rather too early than too late. */
  fromLocal(moment: number): number {
    if (this.#sample === undefined) return 0;
    return Math.floor(moment - this.#sample.wall + this.#sample.low);
  }

  /** A moment of the server's clock on that of the wall, rather too early than too late; `undefined` while unknown. */
  toLocal(moment: number): number | undefined {
    if (this.#sample === undefined) return undefined;
    return Math.floor(moment + this.#sample.wall - this.#sample.high);
  }

  #learn([seconds, microseconds]: [string, string], askedAt: number): void {
    const serverNow = Number(seconds) * 1000 + Number(microseconds) / 1000;
    const takenAt = this.#clock.monotonic();
    this.#isAsking = false;
    this.#sample = {
      low: serverNow - takenAt,
      high: serverNow - askedAt,
      takenAt,
      wall: this.#clock.now() - takenAt,
    };
    for (const { begin } of this.#takeWaiting()) begin();
  }

  #failed(error: unknown): void {
    this.#isAsking = false;
    for (const { fail } of this.#takeWaiting()) fail(error);
  }

  #takeWaiting(): readonly Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}

function refreshOf({ low, high }: Sample): number {
  return high - low > ROUGH ? REFRESH_OF_ROUGH : REFRESH;
}
