/** Which entries have a tag: only tagged entries are in it, and each until it is removed. */
export class TaggedKeys {
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #tagsOf = new Map<string, readonly string[]>();
  #isEmpty = true;

  /** The tags of an entry that was stored. */
  add(key: string, tags: readonly string[]): void {
    if (tags.length === 0) return;
    this.remove(key);
    this.#isEmpty = false;
    this.#tagsOf.set(key, tags);
    for (const tag of tags) {
      const keys = this.#keysOf.get(tag);
      if (keys === undefined) this.#keysOf.set(tag, new Set([key]));
      else keys.add(key);
    }
  }

  tagsOf(key: string): readonly string[] {
    return this.#tagsOf.get(key) ?? [];
  }

  /** The keys that have the tag now. */
  keysOf(tag: string): readonly string[] {
    return [...(this.#keysOf.get(tag) ?? [])];
  }

  /** The entry is gone. */
  remove(key: string): void {
    if (this.#isEmpty) return;
    const tags = this.#tagsOf.get(key);
    if (tags === undefined) return;
    this.#tagsOf.delete(key);
    this.#isEmpty = this.#tagsOf.size === 0;
    for (const tag of tags) {
      const keys = this.#keysOf.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysOf.delete(tag);
    }
  }
}
