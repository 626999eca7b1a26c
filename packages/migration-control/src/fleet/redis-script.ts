import type { Clock } from '@resync/cache-contract';
import { createHash } from 'node:crypto';
import { ControlError } from '../control-error.js';
import { answerWithin } from '../redis/answer-within.js';

/** What is needed of a connected client of the `redis` package: one connection that answers in order. */
export interface FleetClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** What a script is called with. */
export interface RedisScriptSettings {
  readonly client: FleetClient;
  readonly clock: Clock;
  /** Milliseconds after which a call fails. */
  readonly timeout: number;
  /** Lua; it is given the name of an operation before its arguments, and replies with JSON. */
  readonly script: string;
  readonly keys: readonly string[];
}

/** Calls that may be without an answer at once. */
const MOST_PENDING = 64;

/** A script on a Redis or Valkey server, each call of which is one step there. One that fails may still happen. */
export class RedisScript<Operation extends string> {
  readonly #settings: RedisScriptSettings;
  /** The name under which the server keeps the script. */
  readonly #sha: string;
  #pending = 0;

  constructor(settings: RedisScriptSettings) {
    this.#settings = settings;
    this.#sha = createHash('sha1').update(settings.script).digest('hex');
  }

  /** @throws ControlError `CONTROL_STORE` */
  async run(operation: Operation, ...args: string[]): Promise<unknown> {
    if (this.#pending >= MOST_PENDING) {
      throw new ControlError(
        'CONTROL_STORE',
        `expected an answer to what was asked before ${operation}; got none to ${this.#pending} calls`,
      );
    }
    const { keys, script } = this.#settings;
    const rest = [`${keys.length}`, ...keys, operation, ...args];
    this.#pending += 1;
    const answered = this.#send('EVALSHA', this.#sha, ...rest)
      .catch((error: unknown) => {
        if (!String(error).includes('NOSCRIPT')) throw error;
        return this.#send('EVAL', script, ...rest);
      })
      .finally(() => {
        this.#pending -= 1;
      });
    try {
      return JSON.parse(String(await this.#withinTimeout(answered))) as unknown;
    } catch (cause) {
      throw new ControlError(
        'CONTROL_STORE',
        `expected the control store to carry out ${operation}; got ${String(cause)}`,
        { cause },
      );
    }
  }

  async #send(...command: string[]): Promise<unknown> {
    return this.#settings.client.sendCommand(command);
  }

  #withinTimeout<T>(answered: Promise<T>): Promise<T> {
    const { clock, timeout } = this.#settings;
    return answerWithin(answered, { clock, timeoutMs: timeout });
  }
}
