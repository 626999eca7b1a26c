import type { ServerResponse } from 'node:http';
import type { LiveFeed } from './live-feed.js';

/** Who watches at once, at most. */
const MOST_FOLLOWERS = 32;

/** Bytes that may wait for somebody who does not read; then the stream ends, and the page comes again. */
const MOST_WAITING = 2 ** 20;

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no',
};

/** The feed as server-sent events. */
export class EventStream {
  readonly #feed: LiveFeed;
  readonly #responses = new Set<ServerResponse>();

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /** Answers with everything there is, then with what happens, until the client goes. */
  serve(response: ServerResponse): void {
    if (this.#responses.size >= MOST_FOLLOWERS) {
      response.writeHead(503, { 'retry-after': '10' }).end();
      return;
    }
    const send = (name: string, message: unknown): void => {
      if (response.writableLength > MOST_WAITING) response.destroy();
      else response.write(`event: ${name}\ndata: ${JSON.stringify(message)}\n\n`);
    };
    this.#responses.add(response);
    response.writeHead(200, HEADERS);
    send('hello', this.#feed.hello);
    const unfollow = this.#feed.follow(send);
    response.once('close', () => {
      unfollow();
      this.#responses.delete(response);
    });
  }

  end(): void {
    for (const response of this.#responses) response.end();
  }
}
