import type { BusListener, InvalidationBus } from '../tiers/invalidation-bus.js';
import { KeyNames } from './key-names.js';

/** What the bus needs of the official `redis` client: a connected one, made for nothing else. */
export interface RedisSubscriber {
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
}

/** Options of {@link RedisBus}. */
export interface RedisBusOptions {
  /** Stays the caller's: `client.duplicate()`, connected, with a listener for `error`. */
  readonly subscriber: RedisSubscriber;
  /** That of the storage. */
  readonly namespace: string;
}

/**
 * What the writes of every {@link RedisStorage} of a namespace announce, each in the step in which it
 * changes the entry. A connection that was away has missed something: it is told as a clear.
 */
export class RedisBus implements InvalidationBus {
  readonly #subscriber: RedisSubscriber;
  readonly #channel: string;

  constructor({ subscriber, namespace }: RedisBusOptions) {
    this.#subscriber = subscriber;
    this.#channel = new KeyNames(namespace).channel;
  }

  async listen(listener: BusListener): Promise<() => Promise<void>> {
    const onMessage = (key: string): void => listener(key === '' ? undefined : key);
    // The client has subscribed again before it says that it is ready.
    const onReady = (): void => listener(undefined);
    this.#subscriber.on('ready', onReady);
    await this.#subscriber.subscribe(this.#channel, onMessage);
    onReady();
    return async () => {
      this.#subscriber.off('ready', onReady);
      await this.#subscriber.unsubscribe(this.#channel, onMessage);
    };
  }
}
