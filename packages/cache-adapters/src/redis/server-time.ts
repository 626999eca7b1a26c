import type { Clock } from '@resync/cache-contract';
import type { RedisCommands } from './redis-commands.js';

/** How far the server's clock is ahead of the monotonic one of this process at least, in milliseconds. */
interface Sample {
  readonly ahead: number;
  readonly takenAt: number;
  /** How long the answer took: so much more the server may be ahead. */
  readonly took: number;
}

/** Somebody who needs the server's clock. */
interface WaitingForTime {
  readonly begin: () => void;
  readonly fail: (error: Error) => void;
}

/** Milliseconds after which the server is asked again: clocks drift apart. */
const REFRESH = 10_000;
/** As much after an answer that took long and says little. */
const REFRESH_OF_ROUGH = 250;
const ROUGH = 10;

/**
 * The least that the server's clock says: it told its time before the answer came (Cristian,
 * "Probabilistic clock synchronization", 1989).
 */
export class ServerTime {
  readonly #send: RedisCommands;
  readonly #clock: Clock;
  #sample: Sample | undefined;
  #isAsking = false;
  readonly #waiting = new Set<WaitingForTime>();

  constructor(send: RedisCommands, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Begins at once where the server's clock is known, else once it is, in the order of the calls. */
  whenKnown(waiting: WaitingForTime): void {
    this.#refresh();
    if (this.#sample === undefined) this.#waiting.add(waiting);
    else waiting.begin();
  }

  /** Nothing begins for whoever waits no longer. */
  forgo(waiting: WaitingForTime): void {
    this.#waiting.delete(waiting);
  }

  /** The connection may be to another server from now on, or its clock may have been set. */
  forget(): void {
    this.#sample = undefined;
  }

  /** What the server's clock says at the earliest at that moment of the monotonic clock; 0 while unknown. */
  earliestAt(moment: number): number {
    return this.#sample === undefined ? 0 : moment + this.#sample.ahead;
  }

  /** Asks the server where that was long ago; the answer comes before that of what is sent next. */
  #refresh(): void {
    const now = this.#clock.monotonic();
    if (this.#isAsking) return;
    if (this.#sample !== undefined && now - this.#sample.takenAt < refreshOf(this.#sample)) return;
    this.#isAsking = true;
    this.#ask().then(
      (reply) => this.#learn(reply, now),
      (error: unknown) => {
        this.#isAsking = false;
        for (const { fail } of this.#takeWaiting()) fail(error as Error);
      },
    );
  }

  async #ask(): Promise<readonly [unknown, unknown]> {
    return (await this.#send(['TIME'])) as readonly [unknown, unknown];
  }

  #learn([seconds, microseconds]: readonly [unknown, unknown], askedAt: number): void {
    const takenAt = this.#clock.monotonic();
    const ahead = Number(seconds) * 1000 + Number(microseconds) / 1000 - takenAt;
    this.#isAsking = false;
    this.#sample = { ahead, takenAt, took: takenAt - askedAt };
    for (const { begin } of this.#takeWaiting()) begin();
  }

  #takeWaiting(): readonly WaitingForTime[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    return waiting;
  }
}

function refreshOf({ took }: Sample): number {
  return took > ROUGH ? REFRESH_OF_ROUGH : REFRESH;
}
