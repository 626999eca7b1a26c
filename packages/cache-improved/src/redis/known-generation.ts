import { TOKEN_LENGTH } from './system-tokens.js';

/**
 * The generation in which entries count, and how long this process may go without asking for it. A
 * clear ends a generation; none of its entries counts afterwards.
 */
export class KnownGeneration {
  readonly #maxAge: number;
  #generation: string | undefined;
  #askedAt = -Infinity;

  /** @param maxAge milliseconds; 0: it is asked for each time */
  constructor(maxAge: number) {
    this.#maxAge = maxAge;
  }

  /** Whether it must be asked for, at this moment of the monotonic clock. */
  isOld(now: number): boolean {
    return now - this.#askedAt >= this.#maxAge;
  }

  /** `undefined`: there is none, so that nothing counts. */
  get generation(): string | undefined {
    return this.#generation;
  }

  /** Takes what the server answered to a question that was sent at that moment; an older answer changes nothing. */
  learn(reply: unknown, askedAt: number): string | undefined {
    const text = reply instanceof Buffer ? reply.toString('latin1') : reply;
    const generation = typeof text === 'string' && text.length === TOKEN_LENGTH ? text : undefined;
    if (askedAt >= this.#askedAt) {
      this.#askedAt = askedAt;
      this.#generation = generation;
    }
    return generation;
  }

  forget(): void {
    this.#askedAt = -Infinity;
  }
}
