import type { AdminHandler } from './admin-handler.js';
import { Refusal } from './refusal.js';

/** What is needed of a request of `node:http`, also where a framework has changed its path or read its body. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The path before a framework has cut off where the handler is mounted. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
  /** The body, where something has read it as JSON already. */
  readonly body?: unknown;
  readonly readableDidRead: boolean;
}

/** What is needed of a response of `node:http`. */
export interface NodeResponse {
  readonly destroyed: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  flushHeaders(): void;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
}

/** A request listener. Resolves once the answer has been sent, or nobody waits for it any longer. */
export type NodeListener = (request: NodeRequest, response: NodeResponse) => Promise<void>;

/** The handler as a listener for `http.createServer`. Whoever mounts it sends it every request below its base path. */
export function nodeListener(handler: AdminHandler): NodeListener {
  return async (request, response) => {
    const asked = requestOf(request);
    const answer =
      asked instanceof Refusal
        ? asked.response
        : await handler(asked, { remoteAddress: request.socket.remoteAddress });
    await send(answer, response);
  };
}

/** Whether a request is for the handler. */
export function isBelow(basePath: string, url: string): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  return path === basePath || path.startsWith(`${basePath}/`);
}

const HOST = /^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;
const NO_BODY = new Set(['GET', 'HEAD']);
/** The platform's requests refuse these. */
const UNKNOWN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

function requestOf(request: NodeRequest): Request | Refusal {
  const path = request.originalUrl ?? request.url ?? '';
  const { host } = request.headers;
  const method = request.method ?? 'GET';
  const url = `http://${String(host)}${path}`;
  if (!path.startsWith('/') || typeof host !== 'string' || !HOST.test(host) || !URL.canParse(url)) {
    return new Refusal('bad-target', 'Ask with a path that begins with / and one header Host.');
  }
  if (UNKNOWN_METHODS.has(method)) return new Refusal('method-not-allowed', 'Use GET or POST.');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined)
      headers.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return new Request(url, {
    method,
    headers,
    ...(!NO_BODY.has(method) && { body: bodyOf(request), duplex: 'half' }),
  });
}

/** The body as it arrives, or as it was before somebody else has read it. */
function bodyOf(request: NodeRequest): ReadableStream | string {
  if (request.body !== undefined && request.readableDidRead) return JSON.stringify(request.body);
  const parts = request[Symbol.asyncIterator]();
  // Who gives up reading leaves the rest where it is: the answer still has to go out on this connection.
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const part = await parts.next();
        if (part.done === true) controller.close();
        else controller.enqueue(part.value);
      },
    },
    { highWaterMark: 0 },
  );
}

async function send(answer: Response, response: NodeResponse): Promise<void> {
  const reader = (answer.body as ReadableStream<Uint8Array> | null)?.getReader();
  // A client that is gone ends what is sent to it.
  const gone = (): void => void reader?.cancel().catch(() => undefined);
  response.once('close', gone);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.flushHeaders();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done || response.destroyed) break;
    if (!response.write(part.value)) await drained(response);
  }
  response.end();
}

function drained(response: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
