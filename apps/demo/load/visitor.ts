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
  /** An answer has told how much of each component next answers for. */
  readonly told?: (percentages: Readonly<Record<string, number>>) => void;
}

/** Long enough for a machine that stood still for a while; what hangs is found nevertheless. */
const TIMEOUT_MS = 15_000;
const USERS = 500;

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
  #sent = 0;

  constructor(parts: VisitorParts) {
    this.#parts = parts;
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
      window.failed(`${visit.kind}: ${answer.why}`);
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
    const { url, timeoutMs = TIMEOUT_MS } = this.#parts;
    try {
      const response = await fetch(url + path, {
        signal: AbortSignal.timeout(timeoutMs),
        headers: this.#headers(body),
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const percentages = response.headers.get('x-resync-percentages');
      if (percentages !== null) this.#parts.told?.(percentagesIn(percentages));
      return answerFrom(response, text);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const why = cause instanceof Error ? `${String(error)}: ${cause.message}` : String(error);
      return { kind: 'failed', why };
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

function answerFrom(response: Response, text: string): Answer {
  const { status, headers } = response;
  const expected = ['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
  if (status === 429 && expected.every((name) => headers.has(name))) return { kind: 'limited' };
  if (!response.ok) return { kind: 'failed', why: `${status} ${text}` };
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
