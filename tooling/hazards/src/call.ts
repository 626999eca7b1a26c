/** How a call ended for its caller. */
export type CallEnd =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A call that was begun and may be under way. */
export class Call {
  readonly #begunAt: number;
  readonly #now: () => number;
  readonly #judge: (end: CallEnd) => string | undefined;
  #end: CallEnd | undefined;
  #fault: string | undefined;
  #tookMs = 0;

  constructor(
    begin: () => Promise<unknown>,
    {
      now,
      judge = () => undefined,
    }: {
      /** The clock of the caches, in milliseconds. */
      readonly now: () => number;
      /** Told of the end when it comes; says what is wrong with it. */
      readonly judge?: (end: CallEnd) => string | undefined;
    },
  ) {
    this.#now = now;
    this.#judge = judge;
    this.#begunAt = now();
    // A synchronous throw is a failure as well.
    void new Promise<unknown>((resolve) => {
      resolve(begin());
    }).then(
      (answer) => this.#settle({ kind: 'answered', answer }),
      (error: unknown) => this.#settle({ kind: 'failed', error }),
    );
  }

  /** `undefined` while it is under way. */
  get end(): CallEnd | undefined {
    return this.#end;
  }

  /** What is wrong with its answer, in words. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** What its caller waited, in milliseconds of the clock. */
  get tookMs(): number {
    return this.#tookMs;
  }

  #settle(end: CallEnd): void {
    this.#end = end;
    this.#tookMs = this.#now() - this.#begunAt;
    this.#fault = this.#judge(end);
  }
}

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(reasonOf).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
