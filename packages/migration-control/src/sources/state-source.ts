import type { Wishes } from './wish.js';

/** What a source tells while it is watched. */
export interface SourceListener {
  /** What it says has changed, or is said again. */
  readonly said: (wishes: Wishes) => void;
  /** It does not answer, or says what is not accepted. What it said before still counts. */
  readonly broke: (error: unknown) => void;
}

/** Something that is watched, and can be left alone again. */
export interface Watch {
  close(): Promise<void>;
}

/** A place that says which components may migrate, and how far. */
export interface StateSource {
  readonly name: string;
  /**
   * Tells what it says now, before this resolves, and then every change. What is wrong with it is told,
   * never thrown: a source that is broken at the start may recover.
   */
  watch(listener: SourceListener): Promise<Watch>;
}
