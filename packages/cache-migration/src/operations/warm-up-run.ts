import type { Clock } from '@resync/cache-contract';
import { dropRejection } from '../observation/drop-rejection.js';
import type { EntryCopier } from './entry-copier.js';
import { Pace } from './pace.js';
import { keysOf } from './side-keys.js';
import type { WarmUp, WarmUpOptions, WarmUpProgress } from './warm-up.js';
import type { Sides } from '../sides/sides.js';

/** What a warm-up is told. */
export interface WarmUpRunSettings<V> extends Pick<WarmUpOptions, 'onProgress' | 'signal'> {
  readonly sides: Sides<V>;
  readonly copier: EntryCopier<V>;
  readonly clock: Clock;
  readonly entriesPerSecond: number;
  readonly concurrency: number;
  /** Milliseconds that legacy may take to list its keys, or to give the next ones. */
  readonly limitMs: number;
}

/** So many failed copies in a row, and a side is down: there is no use in going on. */
const PATIENCE = 100;
/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 1000;

/** One warm-up, from its beginning on. One loop hands out the keys; the copies run beside it. */
export class WarmUpRun<V> implements WarmUp {
  readonly finished: Promise<WarmUpProgress>;
  readonly #settings: WarmUpRunSettings<V>;
  readonly #pace: Pace;
  readonly #counts = { copied: 0, skipped: 0, failed: 0 };
  #state: WarmUpProgress['state'] = 'running';
  #reason: string | undefined;
  #total: number | undefined;
  #underWay = 0;
  #failuresInARow = 0;
  #reportedAt: number;
  /** Ends the wait of the loop, if what it waits for is so. */
  #look: (() => void) | undefined;

  constructor(settings: WarmUpRunSettings<V>) {
    this.#settings = settings;
    this.#pace = new Pace(settings.clock, settings.entriesPerSecond);
    this.#reportedAt = settings.clock.monotonic();
    this.finished = this.#run();
  }

  get progress(): WarmUpProgress {
    return {
      state: this.#state,
      ...this.#counts,
      ...(this.#total !== undefined && { total: this.#total }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
    };
  }

  pause(): void {
    if (this.#state === 'running') this.#enter('paused');
  }

  resume(): void {
    if (this.#state === 'paused') this.#enter('running');
  }

  stop(why = 'it was told to stop'): void {
    if (this.#isOver()) return;
    this.#reason = why;
    this.#enter('stopped');
  }

  async #run(): Promise<WarmUpProgress> {
    const { sides, signal } = this.#settings;
    const abort = (): void => this.stop('its signal was aborted');
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    const unsubscribe = sides.next.changes.on(() => this.#look?.());
    if (!this.#isOver()) await this.#walk();
    await this.#until(() => this.#underWay === 0);
    unsubscribe();
    signal?.removeEventListener('abort', abort);
    if (!this.#isOver()) this.#enter('done');
    return this.progress;
  }

  async #walk(): Promise<void> {
    const { sides, limitMs } = this.#settings;
    void this.#count();
    try {
      for await (const key of keysOf(sides.legacy, limitMs)) {
        if (!(await this.#isDue())) return;
        void this.#copy(key);
      }
    } catch (error) {
      this.stop(`legacy does not give its keys: ${String(error)}`);
    }
  }

  async #count(): Promise<void> {
    const { sides, limitMs } = this.#settings;
    const size = await sides.legacy.read(limitMs, (cache) => cache.size());
    if (size.kind === 'answered') this.#total = size.answer;
  }

  /** Waits until the next entry may be copied; false: none will be. */
  async #isDue(): Promise<boolean> {
    while (!this.#isOver()) {
      await this.#until(() => this.#isOver() || !this.#isHeldUp());
      if (this.#isOver()) break;
      const waitMs = this.#pace.take();
      if (waitMs === 0) return true;
      await this.#until(() => this.#isOver() || this.#isHeldUp(), waitMs);
    }
    return false;
  }

  async #copy(key: string): Promise<void> {
    this.#underWay += 1;
    const outcome = await this.#settings.copier.copy(key, () => !this.#isOver());
    this.#underWay -= 1;
    this.#counts[outcome] += 1;
    this.#failuresInARow = outcome === 'failed' ? this.#failuresInARow + 1 : 0;
    if (this.#failuresInARow === PATIENCE) this.stop(`${PATIENCE} copies failed in a row`);
    if (this.#settings.clock.monotonic() - this.#reportedAt >= REPORT_EVERY) this.#report();
    this.#look?.();
  }

  #isOver(): boolean {
    return this.#state === 'done' || this.#state === 'stopped';
  }

  /** A cold next gets no fills, and is waited for. */
  #isHeldUp(): boolean {
    const { sides, concurrency } = this.#settings;
    return this.#state === 'paused' || sides.next.isCold || this.#underWay >= concurrency;
  }

  #enter(state: WarmUpProgress['state']): void {
    this.#state = state;
    this.#report();
    this.#look?.();
  }

  #report(): void {
    this.#reportedAt = this.#settings.clock.monotonic();
    try {
      dropRejection(this.#settings.onProgress?.(this.progress));
    } catch {
      // Whoever watches must not change what happens.
    }
  }

  /** Waits until the condition holds, or until the time has passed. */
  async #until(holds: () => boolean, ms?: number): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        timer?.cancel();
        this.#look = undefined;
        resolve();
      };
      const timer = ms === undefined ? undefined : this.#settings.clock.schedule(go, ms);
      this.#look = () => {
        if (holds()) go();
      };
    });
  }
}
