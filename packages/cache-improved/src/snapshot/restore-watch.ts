/** So many keys are remembered; where more are written, what is not yet restored stays out. */
const MAX_WRITTEN = 1_000_000;

/** What was written since a restore began, all of which is newer than what it restores. */
export class RestoreWatch {
  readonly #written = new Set<string>();
  readonly #tags = new Set<string>();
  #isCleared = false;

  written(key: string): void {
    if (this.#written.size < MAX_WRITTEN) this.#written.add(key);
    else this.#isCleared = true;
  }

  tagDeleted(tag: string): void {
    this.#tags.add(tag);
  }

  cleared(): void {
    this.#isCleared = true;
  }

  /** Whether an entry of the snapshot may still be stored. */
  allows(key: string, tags: readonly string[]): boolean {
    return !this.#isCleared && !this.#written.has(key) && !tags.some((tag) => this.#tags.has(tag));
  }
}

/** The restores that are under way in one cache. */
export class RestoreWatches {
  readonly #watches = new Set<RestoreWatch>();
  #isEmpty = true;

  begin(): RestoreWatch {
    const watch = new RestoreWatch();
    this.#watches.add(watch);
    this.#isEmpty = false;
    return watch;
  }

  end(watch: RestoreWatch): void {
    this.#watches.delete(watch);
    this.#isEmpty = this.#watches.size === 0;
  }

  written(key: string): void {
    if (this.#isEmpty) return;
    for (const watch of this.#watches) watch.written(key);
  }

  tagDeleted(tag: string): void {
    for (const watch of this.#watches) watch.tagDeleted(tag);
  }

  cleared(): void {
    for (const watch of this.#watches) watch.cleared();
  }
}
