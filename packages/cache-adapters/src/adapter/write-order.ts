/**
 * Lets the writes of one key follow each other in the order in which they were asked for, and a write
 * of everything wait for all, for libraries in which a later call may overtake an earlier one.
 */
export class WriteOrder {
  readonly #last = new Map<string, Promise<unknown>>();
  #lastOfAll: Promise<unknown> = Promise.resolve();

  /** Carries out a write after those of its key that were asked for before. */
  run<T>(key: string, write: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(key) ?? this.#lastOfAll).then(write);
    const settled = done.then(ignore, ignore);
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return done;
  }

  /** Carries out a write of everything after all that were asked for before, and before all later ones. */
  runAlone<T>(write: () => Promise<T>): Promise<T> {
    const done = Promise.all([this.#lastOfAll, ...this.#last.values()]).then(write);
    this.#lastOfAll = done.then(ignore, ignore);
    this.#last.clear();
    return done;
  }
}

function ignore(): void {
  // Whoever asked for the write hears of it.
}
