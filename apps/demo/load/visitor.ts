import { Pool, type Dispatcher } from 'undici';
import type { Visit } from './traffic.js';
import type { VersionChecker } from './version-checker.js';
import type { LoadWindowRecorder } from './load-window.js';

/** Who visits, and where what is seen goes. */
export interface VisitorParts {
  readonly url: string;
  readonly versions: VersionChecker;
  /** The window that is open now. */
  readonly window: () => LoadWindowRecorder;
  /** Default 500. */
  readonly users?: number;
  /** Default 15 000. */
  readonly timeoutMs?: number;
  /** At most so many are open at once; what is due beyond that waits, and its wait counts. Default 256. */
  readonly connections?: number;
  /** An answer has told how much of each component next answers for. */
  readonly told?: (percentages: Readonly<Record<string, number>>) => void;
}

/** Long enough for a machine that stood still for a while; what hangs is found nevertheless. */
const TIMEOUT_MS = 15_000;
const USERS = 500;
const CONNECTIONS = 256;

/** What came back: `limited` was refused by a rate limit, in due form. */
type Answer =
  | {
      readonly kind: 'answered';
      readonly body: { readonly version?: number; readonly isCached?: boolean };
    }
  | { readonly kind: 'limited' }
  | { readonly kind: 'failed'; readonly why: string };

/** Sends real requests, and checks what comes back. */
export class Visitor {
  readonly #parts: VisitorParts;
  readonly #pool: Pool;
  #sent = 0;

  constructor(parts: VisitorParts) {
    this.#parts = parts;
    this.#pool = new Pool(parts.url, { connections: parts.connections ?? CONNECTIONS });
  }

  /** Carries out one request of the mix. Never rejects. */
  async visit(visit: Visit): Promise<void> {
    const begun = performance.now();
    const { versions } = this.#parts;
    const judge = visit.kind === 'read job' ? versions.beginRead(visit.id, begun) : undefined;
    const answer = await this.#send(visit);
    const window = this.#parts.window();
    if (answer.kind === 'limited') {
      window.limited();
      return;
    }
    if (answer.kind === 'failed') {
      window.failed(visit.kind, answer.why);
      return;
    }
    const { version = 0, isCached = true } = answer.body;
    window.answered(performance.now() - begun, isCached ? 'service' : 'language model');
    if (visit.kind === 'command') versions.acknowledge(visit.id, version, performance.now());
    if (visit.kind !== 'read job') return;
    const verdict = judge?.(version);
    if (verdict === 'lagging') window.lagging();
    if (verdict === 'stale') {
      window.stale(
        `${visit.id} was read at version ${version}, after a higher one was acknowledged`,
      );
    }
  }

  /** Asks for the health, as a load balancer does. Never rejects. */
  async probe(): Promise<void> {
    const answer = await this.#send({ kind: 'health' });
    if (answer.kind === 'answered') this.#parts.window().probePassed();
    else
      this.#parts.window().probeFailed(`probe: ${answer.kind === 'failed' ? answer.why : '429'}`);
  }

  async #send(visit: Visit): Promise<Answer> {
    const [path, body] = requestOf(visit);
    const { timeoutMs = TIMEOUT_MS } = this.#parts;
    try {
      const response = await this.#pool.request({
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: this.#headers(body),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.body.text();
      const percentages = response.headers['x-resync-percentages'];
      if (typeof percentages === 'string') this.#parts.told?.(percentagesIn(percentages));
      return answerFrom(response, text);
    } catch (error) {
      return { kind: 'failed', why: String(error) };
    }
  }

  /** The users take turns. */
  #headers(body: unknown): Record<string, string> {
    const { users = USERS } = this.#parts;
    this.#sent += 1;
    return {
      authorization: `Bearer user-${this.#sent % users}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
  }
}

function answerFrom(
  { statusCode, headers }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
  text: string,
): Answer {
  const expected = ['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
  if (statusCode === 429 && expected.every((name) => headers[name] !== undefined)) {
    return { kind: 'limited' };
  }
  if (statusCode >= 300) return { kind: 'failed', why: `${statusCode} ${text}` };
  return {
    kind: 'answered',
    body: JSON.parse(text) as { version?: number; isCached?: boolean },
  };
}

function requestOf(visit: Visit): readonly [path: string, body?: unknown] {
  switch (visit.kind) {
    case 'read job':
      return [`/api/jobs/${visit.id}`];
    case 'command':
      return [`/api/jobs/${visit.id}/command`, { command: visit.command }];
    case 'list jobs':
      return ['/api/jobs'];
    case 'history':
      return [`/api/jobs/${visit.id}/history`];
    case 'plan':
      return ['/api/plan'];
    case 'chat':
      return ['/api/chat', { query: visit.query, context: visit.context }];
    case 'health':
      return ['/health'];
    case 'boot status':
      return ['/health/core'];
  }
}

/** Of `core=0,llm=25`. */
function percentagesIn(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([name = '', value]) => [name, Number(value)]));
}
