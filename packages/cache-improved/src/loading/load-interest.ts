/**
 * Who still waits for a load, or for any load of a batch. When the last one has given up, the signal
 * of the load is aborted.
 */
export class LoadInterest {
  readonly #onAbandoned: (reason: unknown) => void;
  // Made when somebody asks for the signal: most loads never do.
  #controller: AbortController | undefined;
  #waiting = 0;
  #end: { readonly reason: unknown } | undefined;

  constructor(onAbandoned: (reason: unknown) => void) {
    this.#onAbandoned = onAbandoned;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#end !== undefined) this.#controller.abort(this.#end.reason);
    }
    return this.#controller.signal;
  }

  /** Whether the load would notice that it is aborted. */
  get isWatched(): boolean {
    return this.#controller !== undefined;
  }

  join(): void {
    this.#waiting += 1;
  }

  /** One who joined gives up. */
  leave(reason: unknown): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#onAbandoned(reason);
  }

  abort(reason: unknown): void {
    this.#end ??= { reason };
    this.#controller?.abort(reason);
  }
}
