import { open, readFile, rename } from 'node:fs/promises';
import type { DecisionRecord } from './decision.js';

/** Where a rollout is written down, so that somebody else can carry on. */
export interface RolloutStore {
  /** What was written last; undefined: nothing yet. */
  load(): Promise<string | undefined>;
  /**
   * Resolves once it would survive a crash.
   *
   * @param records what was decided since it was written last, for a store that keeps the audit too, both in one step
   */
  save(text: string, records: readonly DecisionRecord[]): Promise<void>;
}

/** A rollout in a file, which is replaced as a whole. One process writes it. */
export class FileRolloutStore implements RolloutStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<string | undefined> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async save(text: string): Promise<void> {
    const draft = `${this.#path}.draft`;
    const file = await open(draft, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
  }
}
