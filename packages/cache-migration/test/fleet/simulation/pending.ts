/** Something that could happen next. True: it has, and nothing of it is left. */
export type PendingStep = () => boolean;

interface Entry {
  readonly step: PendingStep;
  readonly notBefore: number;
}

/** Everything that is under way, of which somebody else decides what goes on when. */
export class Pending {
  /** Moves what is slow on. */
  now = 0;
  #entries: readonly Entry[] = [];

  get count(): number {
    return this.#entries.length;
  }

  /** @param delay for how long nothing of it happens */
  add(step: PendingStep, delay = 0): void {
    this.#entries = [...this.#entries, { step, notBefore: this.now + delay }];
  }

  /** One of those that could go on does. */
  takeOne(choose: (bound: number) => number): void {
    const ready = this.#entries.filter(({ notBefore }) => notBefore <= this.now);
    if (ready.length > 0) this.#take(ready[choose(ready.length)]);
  }

  /** Each goes on once, slow or not. */
  takeAll(): void {
    for (const entry of this.#entries) this.#take(entry);
  }

  #take(entry: Entry | undefined): void {
    if (entry?.step() !== true) return;
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}
