import { mergeWishes } from './merge-wishes.js';
import type { StateSource, Watch } from './state-source.js';
import type { Wish, Wishes } from './wish.js';

/** How one source is. */
export interface SourceHealth {
  readonly name: string;
  /** `silent`: it has not said anything yet. */
  readonly state: 'fine' | 'broken' | 'silent';
  /** What it said last, which counts also while it is broken. */
  readonly wishes: Wishes;
  /** Why it is broken. */
  readonly why?: string;
}

/** Who wants to know how the sources are. Each part is called once per change. */
export interface SourceObserver {
  /** A source that was fine does not answer any longer, or says what is not accepted. */
  readonly sourceBroke?: (name: string, error: unknown) => void;
  /** A source that was broken says something again. */
  readonly sourceRecovered?: (name: string) => void;
  /**
   * What all of them together say has changed. Called at the start in any case, also where they say nothing:
   * what whoever listens has kept from before is no longer said.
   */
  readonly wishesChanged?: (wishes: Wishes) => void;
}

/** What one source has said. */
interface Entry {
  readonly source: StateSource;
  wishes: Wishes;
  state: SourceHealth['state'];
  error: unknown;
}

/** Several sources of the state as one. A source that breaks keeps the last that it said. */
export class StateSources {
  readonly #entries: readonly Entry[];
  readonly #observer: SourceObserver;
  readonly #watches: Watch[] = [];
  #wishes: Wishes = {};
  #isTold = false;

  constructor(sources: readonly StateSource[], observer: SourceObserver = {}) {
    this.#entries = sources.map((source) => ({
      source,
      wishes: {},
      state: 'silent',
      error: undefined,
    }));
    this.#observer = observer;
  }

  /** Begins to watch. Resolves once every source has said something, or that it cannot. */
  async start(): Promise<void> {
    const watching = this.#entries.map(async (entry) => {
      const watch = await entry.source.watch({
        said: (wishes) => this.#said(entry, wishes),
        broke: (error) => this.#broke(entry, error),
      });
      this.#watches.push(watch);
    });
    await Promise.all(watching);
    if (!this.#isTold) this.#tell();
  }

  /** What all of them together say. */
  get wishes(): Wishes {
    return this.#wishes;
  }

  /** What they say of one component. */
  wish(component: string): Wish | undefined {
    return this.#wishes[component];
  }

  get health(): readonly SourceHealth[] {
    return this.#entries.map(({ source: { name }, state, wishes, error }) => ({
      name,
      state,
      wishes,
      ...(state === 'broken' && { why: error instanceof Error ? error.message : String(error) }),
    }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.splice(0).map((watch) => watch.close()));
  }

  #said(entry: Entry, wishes: Wishes): void {
    const wasBroken = entry.state === 'broken';
    entry.wishes = wishes;
    entry.state = 'fine';
    if (wasBroken) this.#observer.sourceRecovered?.(entry.source.name);
    const merged = mergeWishes(this.#entries.map((one) => one.wishes));
    if (asText(merged) === asText(this.#wishes)) return;
    this.#wishes = merged;
    this.#tell();
  }

  #tell(): void {
    this.#isTold = true;
    this.#observer.wishesChanged?.(this.#wishes);
  }

  #broke(entry: Entry, error: unknown): void {
    const isNew = entry.state !== 'broken';
    entry.state = 'broken';
    entry.error = error;
    if (isNew) this.#observer.sourceBroke?.(entry.source.name, error);
  }
}

/** The same text for the same wishes, in whatever order they came. */
function asText(wishes: Wishes): string {
  return JSON.stringify(Object.entries(wishes).sort(([one], [other]) => (one < other ? -1 : 1)));
}
