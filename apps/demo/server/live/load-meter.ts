import type { PageLoad } from './page-messages.js';

/** What the page shows of a load generator; `LoadProcess` has it. */
export type WatchedLoad = Pick<PageLoad, 'requests' | 'failed' | 'stale' | 'percentages'>;

/** How many requests the load generator makes in a second. */
export class LoadMeter {
  #load: WatchedLoad | undefined;
  #before = 0;
  #perSecond = 0;

  watch(load: WatchedLoad | undefined): void {
    this.#load = load;
    this.#before = load?.requests ?? 0;
    this.#perSecond = 0;
  }

  /** Ends a second that really took so long. */
  endSecond(seconds: number): void {
    const requests = this.#load?.requests ?? 0;
    this.#perSecond = Math.round((requests - this.#before) / seconds);
    this.#before = requests;
  }

  get now(): PageLoad | undefined {
    if (this.#load === undefined) return undefined;
    const { requests, failed, stale, percentages } = this.#load;
    return { perSecond: this.#perSecond, requests, failed, stale, percentages };
  }
}
