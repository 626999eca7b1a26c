import type { Clock } from '@resync/cache-contract';
import { ControlError } from '../control-error.js';
import { answerWithin } from '../redis/answer-within.js';
import type { RedisCommands } from '../redis/redis-commands.js';
import { Polling } from './polling.js';
import type { SourceListener, StateSource, Watch } from './state-source.js';
import { readWishes, type Wishes } from './wish.js';

/** A connection of the official `redis` client that does nothing but listen. */
export interface RedisSubscriber {
  subscribe(channel: string, listener: (message: string) => unknown): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

/** What a Redis source is told. Both connections stay the caller's. */
export interface RedisSourceOptions {
  readonly client: RedisCommands;
  /** A second connection, as `client.duplicate()` makes one. */
  readonly subscriber: RedisSubscriber;
  /** The key that holds the wishes as JSON, which is the name of the channel as well. */
  readonly key: string;
  readonly clock: Clock;
  /** Milliseconds between looks, for messages that were lost. Default 5000. */
  readonly pollMs?: number;
  /** Milliseconds after which a call to the server fails. Default 1000. */
  readonly timeoutMs?: number;
}

/** Wishes that all processes share. A message says that there is something new; what it is, the key says. */
export function redisSource(options: RedisSourceOptions): StateSource {
  const { client, subscriber, key, clock, pollMs = 5000, timeoutMs = 1000 } = options;
  return {
    name: `redis ${key}`,
    watch: async (listener: SourceListener): Promise<Watch> => {
      const closing = new AbortController();
      const patience = { clock, timeoutMs, signal: closing.signal };
      const again = (): void => void polling.now();
      /** Under way, or done; undefined again where it has failed. */
      let subscribed: Promise<unknown> | undefined;
      const polling = new Polling(clock, pollMs, async () => {
        try {
          subscribed ??= subscriber.subscribe(key, again).catch((error: unknown) => {
            subscribed = undefined;
            throw error;
          });
          await answerWithin(subscribed, patience);
          listener.said(await answerWithin(read(client, key), patience));
        } catch (error) {
          if (!closing.signal.aborted) listener.broke(error);
        }
      });
      await polling.start();
      return {
        close: async () => {
          closing.abort();
          await polling.stop();
          // Not awaited: on a connection that is gone it never ends. Nothing listens any longer either way.
          if (subscribed !== undefined) subscriber.unsubscribe(key).catch(() => undefined);
        },
      };
    },
  };
}

/**
 * Says something new to all processes.
 *
 * @throws ControlError `INVALID_FLAG` before anything is changed
 */
export async function publishWishes(
  client: RedisCommands,
  key: string,
  wishes: Wishes,
): Promise<void> {
  const text = JSON.stringify(readWishes(wishes));
  await client.sendCommand(['SET', key, text]);
  await client.sendCommand(['PUBLISH', key, text]);
}

async function read(client: RedisCommands, key: string): Promise<Wishes> {
  const text = await client.sendCommand(['GET', key]);
  if (text === null) return {};
  if (typeof text !== 'string') {
    throw new ControlError('INVALID_FLAG', `expected a string at ${key}; got another type`);
  }
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ControlError('INVALID_FLAG', `expected JSON at ${key}; got something else`, {
      cause: error,
    });
  }
  return readWishes(given);
}
