import type { EventFeed, FeedEvent, FeedListener } from './event-feed.js';
import { SAFE_HEADERS } from './refusal.js';

/** Where a follower is in the stream, and until when it is served. */
export interface EventStreamOptions {
  /** The last event that it has seen; undefined: none. */
  readonly lastId: string | undefined;
  /** Ends the stream, as the service closes. */
  readonly signal: AbortSignal | undefined;
}

/** Events that may wait for a follower who does not read; then its stream ends, and it may come again. */
const MOST_WAITING = 256;

/** A feed as server-sent events, until the client goes or the service closes. */
export function eventStream(feed: EventFeed, options: EventStreamOptions): Response {
  const strategy = new CountQueuingStrategy({ highWaterMark: MOST_WAITING });
  return new Response(new ReadableStream(new Follower(feed, options), strategy), {
    headers: { ...SAFE_HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  });
}

/** One stream, from its start to its end. */
class Follower implements FeedListener {
  readonly #feed: EventFeed;
  readonly #options: EventStreamOptions;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #unsubscribe: (() => void) | undefined;
  #isOver = false;

  constructor(feed: EventFeed, options: EventStreamOptions) {
    this.#feed = feed;
    this.#options = options;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    this.#options.signal?.addEventListener('abort', this.#close);
    this.#send('retry: 1000\n\n');
    this.#unsubscribe = this.#feed.subscribe(this, this.#options.lastId);
    // What was sent at once may have been too much.
    if (this.#isOver) this.#unsubscribe();
  }

  cancel(): void {
    this.#leave();
  }

  event({ id, name, data }: FeedEvent): void {
    this.#send(`id: ${id}\nevent: ${name}\ndata: ${data}\n\n`);
  }

  heartbeat(): void {
    this.#send(': still here\n\n');
  }

  #send(text: string): void {
    if (this.#isOver) return;
    if ((this.#controller?.desiredSize ?? 0) <= 0) this.#close();
    else this.#controller?.enqueue(Buffer.from(text));
  }

  readonly #close = (): void => {
    if (this.#isOver) return;
    this.#leave();
    this.#controller?.close();
  };

  #leave(): void {
    this.#isOver = true;
    this.#unsubscribe?.();
    this.#options.signal?.removeEventListener('abort', this.#close);
  }
}
