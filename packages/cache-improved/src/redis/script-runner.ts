import type { CommandGate } from './command-gate.js';
import type { KeyNames } from './key-names.js';
import { AS_BYTES, type RedisArgument } from './redis-client.js';
import { RedisError } from './redis-error.js';
import { SERVER_SCRIPT, SERVER_SCRIPT_SHA, type ScriptOperation } from './server-script.js';
import type { ServerTime } from './server-time.js';

/** One run of the script. */
export interface ScriptCall {
  readonly operation: ScriptOperation;
  /** Entries and leases. */
  readonly keys?: readonly string[];
  /** What the operation needs, made once the server's clock is known. */
  readonly args?: () => readonly RedisArgument[];
  /** What the values in it weigh. */
  readonly bytes?: number;
  /** Texts in the reply come as bytes. */
  readonly isBinary?: boolean;
}

/** What is no longer true of the entries once a newer write has been acknowledged. */
const CHANGES: ReadonlySet<ScriptOperation> = new Set(['set', 'add', 'delete', 'clear', 'fill']);

/** What runs the script on the server, before a deadline by the server's clock. */
export class ScriptRunner {
  readonly #gate: CommandGate;
  readonly #time: ServerTime;
  readonly #names: KeyNames;
  readonly #nextToken: () => string;

  constructor(
    gate: CommandGate,
    time: ServerTime,
    { names, nextToken }: { readonly names: KeyNames; readonly nextToken: () => string },
  ) {
    this.#gate = gate;
    this.#time = time;
    this.#names = names;
    this.#nextToken = nextToken;
  }

  /**
   * The server does nothing for it once the caller may have been told that it failed: what it is sent
   * says until when it counts, and of a change whose connection is lost the caller is told no sooner.
   *
   * @throws RedisError
   */
  run(call: ScriptCall): Promise<unknown> {
    const giveUpAt = this.#gate.limit();
    return new Promise((resolve, reject) => {
      this.#time.whenKnown(() => resolve(this.#send(call, giveUpAt)), reject);
    });
  }

  async #send(call: ScriptCall, giveUpAt: number): Promise<unknown> {
    const { operation, keys = [], args, bytes = 0 } = call;
    const rest = [
      `${keys.length + 1}`,
      this.#names.generation,
      ...keys,
      operation,
      this.#time.atMonotonic(giveUpAt).toFixed(3),
      this.#nextToken(),
      this.#names.channel,
      ...(args?.() ?? []),
    ];
    const replyTypes = call.isBinary === true ? AS_BYTES : undefined;
    const countsUntilGivenUp = CHANGES.has(operation);
    const command = { giveUpAt, bytes, replyTypes, countsUntilGivenUp };
    try {
      return await this.#gate
        .send({ ...command, args: ['EVALSHA', SERVER_SCRIPT_SHA, ...rest] })
        .catch((error: unknown) => {
          if (!isUnknownScript(error)) throw error;
          return this.#gate.send({ ...command, args: ['EVAL', SERVER_SCRIPT, ...rest] });
        });
    } catch (error) {
      // The next connection may be to another server, with another clock.
      this.#time.forget();
      throw error;
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  return (
    error instanceof RedisError &&
    error.cause instanceof Error &&
    error.cause.message.startsWith('NOSCRIPT')
  );
}
