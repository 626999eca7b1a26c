import type { Visit } from './traffic.js';
import type { VersionChecker } from './version-checker.js';
import type { LoadWindowRecorder } from './load-window.js';

/** Who visits, and where what is seen goes. */
export interface VisitorParts {
  readonly url: string;
  readonly versions: VersionChecker;
  /** The window that is open now. */
  readonly window: () => LoadWindowRecorder;
  /** An answer has told how much of each component next answers for. */
  readonly told?: (percentages: Readonly<Record<string, number>>) => void;
}

/** Long enough for a machine that stood still for a while; what hangs is found nevertheless. */
const TIMEOUT_MS = 15_000;

/** Sends real requests, and checks what comes back. */
export class Visitor {
  readonly #parts: VisitorParts;

  constructor(parts: VisitorParts) {
    this.#parts = parts;
  }

  /** Carries out one request of the mix. Never rejects. */
  async visit(visit: Visit): Promise<void> {
    const begun = performance.now();
    const floor = visit.kind === 'read job' ? this.#parts.versions.floorOf(visit.id) : 0;
    const answer = await this.#send(visit);
    const window = this.#parts.window();
    if (typeof answer === 'string') {
      window.failed(`${visit.kind}: ${answer}`);
      return;
    }
    const { version = 0, isCached = true } = answer;
    window.answered(performance.now() - begun, isCached ? 'service' : 'language model');
    if (visit.kind === 'command') this.#parts.versions.acknowledge(visit.id, version);
    if (visit.kind === 'read job' && version < floor) {
      window.stale(`${visit.id} was read at version ${version}, after ${floor} was acknowledged`);
    }
  }

  /** Asks for the health, as a load balancer does. Never rejects. */
  async probe(): Promise<void> {
    const answer = await this.#send({ kind: 'health' });
    if (typeof answer === 'string') this.#parts.window().probeFailed(`probe: ${answer}`);
    else this.#parts.window().probePassed();
  }

  /** What was answered, or what went wrong. */
  async #send(visit: Visit): Promise<{ version?: number; isCached?: boolean } | string> {
    const [path, body] = requestOf(visit);
    try {
      const response = await fetch(this.#parts.url + path, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body !== undefined && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      const text = await response.text();
      const percentages = response.headers.get('x-resync-percentages');
      if (percentages !== null) this.#parts.told?.(percentagesIn(percentages));
      if (!response.ok) return `${response.status} ${text}`;
      return JSON.parse(text) as { version?: number; isCached?: boolean };
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      return cause instanceof Error ? `${String(error)}: ${cause.message}` : String(error);
    }
  }
}

function requestOf(visit: Visit): readonly [path: string, body?: unknown] {
  switch (visit.kind) {
    case 'read job':
      return [`/api/jobs/${visit.id}`];
    case 'command':
      return [`/api/jobs/${visit.id}/command`, { command: visit.command }];
    case 'list jobs':
      return ['/api/jobs'];
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
