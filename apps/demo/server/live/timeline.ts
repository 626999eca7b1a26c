import type { PageEvent } from './page-messages.js';

/** So many events are kept for those who come later. */
const KEPT = 200;

/** What happened, for those who watch now and those who come later. */
export class Timeline {
  readonly #events: PageEvent[] = [];
  readonly #listeners = new Set<(event: PageEvent) => void>();
  #count = 0;

  /** The oldest first. */
  get events(): readonly PageEvent[] {
    return this.#events;
  }

  add(event: Omit<PageEvent, 'id'>): void {
    this.#count += 1;
    const numbered = { id: this.#count, ...event };
    this.#events.push(numbered);
    if (this.#events.length > KEPT) this.#events.shift();
    for (const listener of this.#listeners) listener(numbered);
  }

  /** @returns ends it */
  follow(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
