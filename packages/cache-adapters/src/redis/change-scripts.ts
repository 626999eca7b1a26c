import { CacheError, type Clock } from '@resync/cache-contract';
import type { RedisCommands } from './redis-commands.js';
import { isFinal, isLate, LATE } from './redis-failures.js';
import { changingScripts } from './redis-scripts.js';
import { ServerTime } from './server-time.js';

/** Takes the first argument away, a moment of the server's clock in milliseconds from which on nothing is done. */
const IN_TIME = `local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 >= tonumber(table.remove(ARGV, 1)) then
  return redis.error_reply('${LATE} came after its deadline')
end
`;

/** Milliseconds by which a timer may fire too early. */
const TIMER_GRAIN = 1;

/** A script that changes something. */
export interface Change {
  readonly script: keyof typeof changingScripts;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/**
 * Runs the scripts that change something, so that a rejected one is finished (ADR 12): each is told until
 * when it counts, by the server's clock. A failure that leaves open whether the server has it, such as a
 * lost connection, is told at that moment and no sooner: what the closed socket still holds may arrive.
 */
export class ChangeScripts {
  readonly #send: RedisCommands;
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #time: ServerTime;

  /** @param timeout milliseconds after which a call fails */
  constructor(send: RedisCommands, clock: Clock, timeout: number) {
    this.#send = send;
    this.#clock = clock;
    this.#timeout = timeout;
    this.#time = new ServerTime(send, clock);
  }

  /** @throws CacheError `BACKEND` where no answer came in time; whatever else the client rejects with */
  run(change: Change): Promise<unknown> {
    const deadline = this.#clock.monotonic() + this.#timeout - TIMER_GRAIN;
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      const limit = this.#clock.schedule(() => {
        this.#time.forgo(waiting);
        reject(failure ?? this.#timedOut());
      }, this.#timeout);
      const fail = (error: Error): void => {
        limit.cancel();
        reject(error);
      };
      const failed = (error: Error): void => {
        // The next connection may be to another server, with another clock.
        this.#time.forget();
        if (isLate(error)) fail(this.#timedOut(error));
        else if (isFinal(error)) fail(error);
        else failure = error;
      };
      const begin = (): void => {
        this.#sendBefore(deadline, change).then((reply) => {
          limit.cancel();
          resolve(reply);
        }, failed);
      };
      const waiting = { begin, fail };
      this.#time.whenKnown(waiting);
    });
  }

  async #sendBefore(deadline: number, { script, keys, args }: Change): Promise<unknown> {
    return this.#send([
      'EVAL',
      IN_TIME + changingScripts[script],
      `${keys.length}`,
      ...keys,
      this.#time.earliestAt(deadline).toFixed(3),
      ...args,
    ]);
  }

  #timedOut(cause?: unknown): CacheError {
    return new CacheError(
      'BACKEND',
      `expected the server to carry out the call within ${this.#timeout} ms; it did not`,
      { cause },
    );
  }
}
