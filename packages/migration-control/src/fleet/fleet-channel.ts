import type { FleetRecord } from './fleet-record.js';
import { stateFrom } from './fleet-replies.js';
import type { FleetStore } from './fleet-store.js';

/** What is needed of a client of the `redis` package that is made for nothing else: `client.duplicate()`. */
export interface FleetSubscriber {
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
}

/** `free`: nobody controls the fleet any longer. */
export type WakeWord = 'look' | 'free';

/** What a fleet hears without asking. Some of it may be lost: each renewal asks again. */
export class FleetChannel {
  readonly #store: FleetStore;
  readonly #subscriber: FleetSubscriber;
  readonly #onState = new Set<(state: FleetRecord) => void>();
  readonly #onWake = new Set<(word: WakeWord) => void>();
  readonly #onReady = new Set<() => void>();
  #listening: Promise<void> | undefined;
  #isClosed = false;

  constructor(store: FleetStore, subscriber: FleetSubscriber) {
    this.#store = store;
    this.#subscriber = subscriber;
    subscriber.on('ready', this.#hearReady);
  }

  /** Calls back for each state that is announced. */
  onState(listener: (state: FleetRecord) => void): void {
    this.#onState.add(listener);
  }

  /** Calls back when a controller may have something to do. */
  onWake(listener: (word: WakeWord) => void): void {
    this.#onWake.add(listener);
  }

  /** Calls back when everything is heard from now on, and something may have been missed before. */
  onReady(listener: () => void): void {
    this.#onReady.add(listener);
  }

  /** Subscribes, where that has not succeeded yet. */
  listen(): void {
    if (this.#isClosed) return;
    this.#listening ??= this.#subscribe().then(this.#hearReady, () => {
      this.#listening = undefined;
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const listeners of [this.#onState, this.#onWake, this.#onReady]) listeners.clear();
    this.#subscriber.off('ready', this.#hearReady);
    if (this.#listening === undefined) return;
    const { changes, wake } = this.#store;
    void Promise.allSettled([
      this.#subscriber.unsubscribe(changes, this.#hearState),
      this.#subscriber.unsubscribe(wake, this.#hearWake),
    ]);
  }

  async #subscribe(): Promise<void> {
    await Promise.all([
      this.#subscriber.subscribe(this.#store.changes, this.#hearState),
      this.#subscriber.subscribe(this.#store.wake, this.#hearWake),
    ]);
  }

  readonly #hearState = (message: string): void => {
    const state = parsed(message);
    if (state === undefined) return;
    for (const listener of this.#onState) listener(state);
    this.#hearWake('look');
  };

  readonly #hearWake = (message: string): void => {
    for (const listener of this.#onWake) listener(message === 'free' ? 'free' : 'look');
  };

  // The client has subscribed again before it says that it is ready.
  readonly #hearReady = (): void => {
    for (const listener of this.#onReady) listener();
  };
}

/** Anybody may publish: what is no state is ignored. */
function parsed(message: string): FleetRecord | undefined {
  try {
    return stateFrom(JSON.parse(message));
  } catch {
    return undefined;
  }
}
