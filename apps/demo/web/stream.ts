import type { PageMessages } from '../server/live/page-messages.js';

/** What a stream tells. */
export interface StreamListener {
  message<K extends keyof PageMessages>(name: K, message: PageMessages[K]): void;
  /** Nothing has come for a while, or the connection is gone; the browser tries again by itself. */
  lost(): void;
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

/** Follows the service until the page is closed. */
export function followService(listener: StreamListener): void {
  const source = new EventSource('/live/events');
  let silence = 0;
  const again = (): void => {
    source.close();
    listener.lost();
    setTimeout(() => followService(listener), AGAIN_MS);
  };
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE_MS);
  };
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      heard();
      listener.message(name, JSON.parse(data) as PageMessages[typeof name]);
    });
  }
  source.addEventListener('error', () => {
    clearTimeout(silence);
    again();
  });
  heard();
}
