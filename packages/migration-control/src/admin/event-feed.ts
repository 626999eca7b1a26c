import type { Clock, Timer } from '@resync/cache-contract';
import type { RolloutOperator, RolloutReport } from '../operator/rollout-operator.js';

/** What a follower is sent. `record`: as it went on record. `state`: the rollout, whenever it has changed. */
export interface FeedEvent {
  /** Names its place: who has seen it may ask for what came after it. */
  readonly id: string;
  readonly name: 'record' | 'state';
  /** JSON without a line end. */
  readonly data: string;
}

/** Who follows. */
export interface FeedListener {
  event(event: FeedEvent): void;
  /** Nothing has happened for a while, and the feed still works. */
  heartbeat(): void;
}

/** What a feed is told. */
export interface EventFeedOptions {
  readonly operator: RolloutOperator;
  readonly clock: Clock;
  /** Milliseconds between heartbeats, at which changes that left no record are looked for too. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** Events that are kept for followers who were cut off. */
const KEPT = 500;

/** What happens in a rollout, for any number of followers; without one it asks for nothing. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #listeners = new Set<FeedListener>();
  readonly #kept: FeedEvent[] = [];
  /** Ids of another process are not known here. */
  readonly #began: string;
  #run = 0;
  #count = 0;
  #state = '';
  #isAsking = false;
  #isAskedAgain = false;
  #timer: Timer | undefined;
  #unfollow: (() => void) | undefined;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#began = options.clock.now().toString(36);
  }

  get followers(): number {
    return this.#listeners.size;
  }

  /**
   * Sends what came after `lastId`, as far as that is still known; else the state as it is. Then what
   * happens.
   *
   * @returns ends it
   */
  subscribe(listener: FeedListener, lastId?: string): () => void {
    if (this.#listeners.size === 0) this.#begin();
    const seen = this.#kept.findIndex(({ id }) => id === lastId);
    this.#listeners.add(listener);
    if (seen >= 0) this.#kept.slice(seen + 1).forEach((event) => listener.event(event));
    else if (this.#state !== '') {
      listener.event({ id: this.#lastId, name: 'state', data: this.#state });
    }
    void this.#ask();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end();
    };
  }

  #begin(): void {
    // What happened while nobody followed is not known: events of this run have ids of their own.
    this.#run += 1;
    this.#kept.length = 0;
    this.#state = '';
    this.#unfollow = this.#options.operator.follow((record) => {
      this.#send('record', JSON.stringify(record));
      void this.#ask();
    });
    this.#scheduleHeartbeat();
  }

  #end(): void {
    this.#timer?.cancel();
    this.#unfollow?.();
  }

  #scheduleHeartbeat(): void {
    const { clock, everyMs } = this.#options;
    this.#timer = clock.schedule(() => {
      this.#scheduleHeartbeat();
      for (const listener of this.#listeners) listener.heartbeat();
      void this.#ask();
    }, everyMs);
  }

  /** Asks for the state, once at a time, and sends it where it is another one. */
  async #ask(): Promise<void> {
    this.#isAskedAgain = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#takeQuestion()) {
        const run = this.#run;
        const report = await this.#options.operator.report();
        if (run === this.#run) this.#noticeState(report);
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Whether somebody has asked since it was last taken. */
  #takeQuestion(): boolean {
    const isAsked = this.#isAskedAgain;
    this.#isAskedAgain = false;
    return isAsked;
  }

  #noticeState(report: RolloutReport): void {
    const state = JSON.stringify(report);
    const isSame = withoutTime(state) === withoutTime(this.#state);
    this.#state = state;
    if (!isSame) this.#send('state', state);
  }

  #send(name: FeedEvent['name'], data: string): void {
    this.#count += 1;
    const event = { id: this.#lastId, name, data };
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener.event(event);
  }

  get #lastId(): string {
    return `${this.#began}.${this.#run}.${this.#count}`;
  }
}

/** The time of a report passes without anything having changed. */
function withoutTime(state: string): string {
  return state.replace(/^\{"now":[^,]*/, '');
}
