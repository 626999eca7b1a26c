import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { AdminHandler } from './admin-handler.js';
import { Refusal } from './refusal.js';

/** A request of `node:http`, or of a framework above it that has changed the path or read the body. */
export type NodeRequest = IncomingMessage & {
  /** The path before a framework has cut off where the handler is mounted. */
  readonly originalUrl?: string;
  /** The body, where something has read it as JSON already. */
  readonly body?: unknown;
};

/** A request listener. Resolves once the answer has been sent, or nobody waits for it any longer. */
export type NodeListener = (request: NodeRequest, response: ServerResponse) => Promise<void>;

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
  const host = request.headers.host ?? '';
  const method = request.method ?? 'GET';
  const url = `http://${host}${path}`;
  if (!path.startsWith('/') || !HOST.test(host) || !URL.canParse(url)) {
    return new Refusal('bad-target', 'Ask with a path that begins with / and one header Host.');
  }
  if (UNKNOWN_METHODS.has(method)) return new Refusal('method-not-allowed', 'Use GET or POST.');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
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
  return Readable.toWeb(request) as ReadableStream;
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
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

function drained(response: ServerResponse): Promise<void> {
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
