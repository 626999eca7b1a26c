import type { CommandGate } from './command-gate.js';
import type { KeyNames } from './key-names.js';
import type { ScriptRunner } from './script-runner.js';

/** Keys that one step of a scan looks at. */
const STEP = '500';

/** What walking through the namespace needs. */
export interface KeyScanParts {
  readonly gate: CommandGate;
  readonly names: KeyNames;
  readonly script: ScriptRunner;
}

/**
 * The entries of the namespace, by SCAN: it walks over all keys of the server in small steps, and gives
 * what is there all the time.
 */
export class KeyScan {
  readonly #parts: KeyScanParts;
  #sweep: Promise<void> | undefined;
  #isSweepAgain = false;
  #closing = new AbortController();

  constructor(parts: KeyScanParts) {
    this.#parts = parts;
  }

  /** The cache keys of the entries that count, a few at a time; each once. */
  async *liveKeys(): AsyncIterableIterator<readonly string[]> {
    const { names, script } = this.#parts;
    const seen = new Set<string>();
    for await (const batch of this.#steps()) {
      const unseen = batch.filter((entry) => !seen.has(entry));
      if (unseen.length === 0) continue;
      for (const entry of unseen) seen.add(entry);
      const live = (await script.run({ operation: 'live', keys: unseen })) as string[];
      yield live.map((entry) => names.keyOf(entry));
    }
  }

  /** Removes in the background what no longer counts. What goes wrong leaves it to the next sweep. */
  sweep(): void {
    this.#isSweepAgain = true;
    this.#sweep ??= this.#sweepAll()
      .catch(() => undefined)
      .finally(() => {
        this.#sweep = undefined;
      });
  }

  /** Resolves when no sweep is under way. */
  async swept(): Promise<void> {
    await this.#sweep;
  }

  /** Sweeps are made again, after `close`. */
  open(): void {
    this.#closing = new AbortController();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#sweep;
  }

  async #sweepAll(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#isSweepAgain && !signal.aborted) {
      this.#isSweepAgain = false;
      for await (const keys of this.#steps()) {
        signal.throwIfAborted();
        if (keys.length > 0) await this.#parts.script.run({ operation: 'sweep', keys });
      }
    }
  }

  async *#steps(): AsyncIterableIterator<readonly string[]> {
    const { gate, names } = this.#parts;
    let cursor = '0';
    do {
      const args = ['SCAN', cursor, 'MATCH', names.entryPattern, 'COUNT', STEP];
      const [next, batch] = (await gate.send({ args, giveUpAt: gate.limit() })) as [
        string,
        string[],
      ];
      yield batch;
      cursor = next;
    } while (cursor !== '0');
  }
}
