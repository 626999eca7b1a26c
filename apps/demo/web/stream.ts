import type { PageMessages } from '../server/live/page-messages.js';

/** What a stream tells. */
export interface StreamListener {
  message<K extends keyof PageMessages>(name: K, message: PageMessages[K]): void;
  /** Nothing has come for a while, or nobody answers; it is tried again. */
  lost(): void;
}

/** A connection to the service; an `EventSource` is one. */
export interface StreamSource {
  addEventListener(name: string, heard: (event: { readonly data: string }) => void): void;
  close(): void;
}

/** What the page's surroundings do for it. */
export interface StreamSurroundings {
  readonly connect: () => StreamSource;
  readonly schedule: (callback: () => void, delayMs: number) => { cancel(): void };
}

const NAMES = [
  'hello',
  'second',
  'change',
  'event',
  'kpis',
] as const satisfies readonly (keyof PageMessages)[];

/** There is a message every second. */
const SILENCE_MS = 5000;
const AGAIN_MS = 2000;
/** Of a fleet only the process at the other end may be gone; the others take this long to learn of it. */
const SOON_MS = 300;

/** Follows the service until the page is closed. */
export function followService(listener: StreamListener, surroundings: StreamSurroundings): void {
  const { connect, schedule } = surroundings;
  const source = connect();
  let isHeard = false;
  let silence = schedule(fallSilent, SILENCE_MS);
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }) => {
      isHeard = true;
      silence.cancel();
      silence = schedule(fallSilent, SILENCE_MS);
      listener.message(name, JSON.parse(data) as PageMessages[typeof name]);
    });
  }
  source.addEventListener('error', () => {
    if (!isHeard) listener.lost();
    again(isHeard ? SOON_MS : AGAIN_MS);
  });

  function fallSilent(): void {
    listener.lost();
    again(AGAIN_MS);
  }

  function again(delayMs: number): void {
    silence.cancel();
    source.close();
    schedule(() => followService(listener, surroundings), delayMs);
  }
}
