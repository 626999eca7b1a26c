import type { Clock, Timer } from '@resync/cache-contract';
import type { RedisArgument, RedisClient, RedisReplyTypes } from './redis-client.js';
import { isLost, RedisError, redisError } from './redis-error.js';

/** Bounds of {@link CommandGate}. */
export interface CommandGateOptions {
  readonly clock: Clock;
  /** Milliseconds after which a caller is told that there was no answer. */
  readonly timeout: number;
  /** At most so many commands without an answer of the client. */
  readonly maxPending: number;
  /** At most so many bytes of values in these commands. */
  readonly maxPendingBytes: number;
}

/** One command. */
export interface Command {
  readonly args: RedisArgument[];
  /** When the caller is told that there was no answer, on the monotonic clock. */
  readonly giveUpAt: number;
  /** What the values in it weigh. */
  readonly bytes?: number;
  readonly replyTypes?: RedisReplyTypes | undefined;
  /** What is sent may be carried out until `giveUpAt`, though the connection that it was sent on is gone. */
  readonly countsUntilGivenUp?: boolean;
}

interface Call {
  readonly giveUpAt: number;
  readonly giveUp: () => void;
  isAnswered: boolean;
}

/**
 * What every command goes through: no caller waits longer than its limit, and nothing is sent while
 * more is unanswered than the bounds allow, or while the oldest unanswered command is over its limit.
 * One connection answers in order, so that nothing sent behind that one would be answered sooner; and
 * a connection on which nothing is written is one that the client's `socketTimeout` can find dead.
 */
export class CommandGate {
  readonly #client: RedisClient;
  readonly #options: CommandGateOptions;
  // In the order of sending; those before #oldest are answered.
  #calls: Call[] = [];
  #oldest = 0;
  #pendingBytes = 0;
  #timer: Timer | undefined;
  #timerAt = Infinity;

  constructor(client: RedisClient, options: CommandGateOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** When a command that is asked for now is given up. */
  limit(): number {
    return this.#options.clock.monotonic() + this.#options.timeout;
  }

  /** @throws RedisError */
  async send(command: Command): Promise<unknown> {
    const { args, giveUpAt, bytes = 0, replyTypes, countsUntilGivenUp = false } = command;
    const name = String(args[0]);
    this.#refuseBeyondBounds(name, bytes);
    this.#pendingBytes += bytes;
    return new Promise((resolve, reject) => {
      const call: Call = {
        giveUpAt,
        isAnswered: false,
        giveUp: () => reject(this.#timeout(name)),
      };
      this.#calls.push(call);
      this.#watch(giveUpAt);
      this.#asked(args, replyTypes).then(
        (reply) => {
          this.#answered(call, bytes);
          resolve(reply);
        },
        (cause: unknown) => {
          this.#answered(call, bytes);
          const fail = (): void => reject(redisError(name, cause));
          if (countsUntilGivenUp && isLost(cause)) this.#at(giveUpAt, fail);
          else fail();
        },
      );
    });
  }

  /** A client that refuses at once, by an exception, has answered. */
  #asked(args: RedisArgument[], replyTypes: RedisReplyTypes | undefined): Promise<unknown> {
    try {
      return this.#client.sendCommand(args as string[], replyTypes);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Lets go of the timer, once nobody waits any longer. */
  close(): void {
    if (this.#oldest === this.#calls.length) this.#unwatch();
  }

  #at(moment: number, run: () => void): void {
    const { clock } = this.#options;
    clock.schedule(run, Math.max(0, Math.ceil(moment - clock.monotonic())));
  }

  #refuseBeyondBounds(name: string, bytes: number): void {
    const { clock, maxPending, maxPendingBytes } = this.#options;
    const oldest = this.#calls[this.#oldest];
    if (oldest === undefined) return;
    if (oldest.giveUpAt <= clock.monotonic()) {
      throw new RedisError(
        'timeout',
        `expected Redis to answer what was sent before ${name}; got nothing in time, and did not send it`,
      );
    }
    const pending = this.#calls.length - this.#oldest;
    if (pending < maxPending && this.#pendingBytes + bytes <= maxPendingBytes) return;
    throw new RedisError(
      'overload',
      `expected at most ${maxPending} commands and ${maxPendingBytes} bytes without an answer; got ${pending} and ${this.#pendingBytes}, and did not send ${name}`,
    );
  }

  #timeout(name: string): RedisError {
    return new RedisError(
      'timeout',
      `expected an answer to ${name} from Redis within ${this.#options.timeout} ms; got none`,
    );
  }

  #answered(call: Call, bytes: number): void {
    call.isAnswered = true;
    this.#pendingBytes -= bytes;
    while (this.#calls[this.#oldest]?.isAnswered === true) this.#oldest += 1;
    if (this.#oldest < 1024 && this.#oldest < this.#calls.length) return;
    this.#calls.splice(0, this.#oldest);
    this.#oldest = 0;
  }

  #watch(at: number): void {
    if (at >= this.#timerAt) return;
    this.#unwatch();
    this.#timerAt = at;
    const { clock } = this.#options;
    this.#timer = clock.schedule(() => this.#giveUp(), Math.ceil(at - clock.monotonic()));
  }

  #unwatch(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #giveUp(): void {
    this.#unwatch();
    const now = this.#options.clock.monotonic();
    let next = Infinity;
    for (let index = this.#oldest; index < this.#calls.length; index += 1) {
      const call = this.#calls[index];
      if (call === undefined || call.isAnswered) continue;
      if (call.giveUpAt <= now) call.giveUp();
      else next = Math.min(next, call.giveUpAt);
    }
    if (next !== Infinity) this.#watch(next);
  }
}
