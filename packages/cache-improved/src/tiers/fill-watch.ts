/** A read that is under way and may be kept, unless its key changed meanwhile. */
export interface WatchedRead {
  readonly key: string;
  isDisturbed: boolean;
}

/** The reads under way, and which of them saw what may be old by now. */
export class FillWatch {
  readonly #reads = new Map<string, Set<WatchedRead>>();

  begin(key: string): WatchedRead {
    const read = { key, isDisturbed: false };
    const reads = this.#reads.get(key);
    if (reads === undefined) this.#reads.set(key, new Set([read]));
    else reads.add(read);
    return read;
  }

  end(read: WatchedRead): void {
    const reads = this.#reads.get(read.key);
    reads?.delete(read);
    if (reads?.size === 0) this.#reads.delete(read.key);
  }

  /** The key has changed, or may have; `undefined`: every key. */
  disturb(key: string | undefined): void {
    if (key === undefined) for (const each of this.#reads.keys()) this.disturb(each);
    else for (const read of this.#reads.get(key) ?? []) read.isDisturbed = true;
  }
}
