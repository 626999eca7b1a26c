import { Buffer } from 'node:buffer';
import type { Clock } from '@resync/cache-contract';
import { fetchJson, UpstreamError } from '../upstream-error.js';

/** Where the scheduler is, and who asks. */
export interface TwsEndpoint {
  /** Without the base path: `https://host:port`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly engineName: string;
  readonly engineOwner: string;
}

/** One request: its path under `/twsd`, with the query where it has one. */
export interface TwsRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Sends a request; resolves with the JSON of the answer. */
export type TwsTransport = (request: TwsRequest) => Promise<unknown>;

const TIMEOUT_MS = 5000;

/** One HTTP request for each. */
export function plainTransport(endpoint: TwsEndpoint): TwsTransport {
  const { url, user, password, engineName, engineOwner } = endpoint;
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  const headers = {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/json',
  };
  return ({ method, path, query, body, signal }) => {
    const target = new URL(`${url}/twsd${path}`);
    target.search = new URLSearchParams({ engineName, engineOwner, ...query }).toString();
    return fetchJson('TWS', target.href, {
      method,
      headers,
      signal,
      timeoutMs: TIMEOUT_MS,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
}

/** How often is tried again, and when. */
export interface RetryOptions {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** The first one counts too. Default 3. */
  readonly attempts?: number;
  /** The longest wait before the second attempt, in milliseconds; it doubles. Default 50. */
  readonly baseMs?: number;
  /** Default 1000. */
  readonly longestMs?: number;
}

/**
 * Tries again where nothing can have happened twice: reads that failed. The waits are drawn from zero
 * up to a bound that doubles ("full jitter": Brooker, Exponential Backoff and Jitter, 2015).
 */
export function retryingTransport(inner: TwsTransport, options: RetryOptions): TwsTransport {
  const { clock, random, attempts = 3, baseMs = 50, longestMs = 1000 } = options;
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inner(request);
      } catch (error) {
        if (attempt >= attempts || !mayTryAgain(request, error)) throw error;
      }
      const bound = Math.min(longestMs, baseMs * 2 ** (attempt - 1));
      await new Promise<void>((resolve) => {
        clock.schedule(resolve, Math.ceil(random() * bound));
      });
    }
  };
}

function mayTryAgain({ method, signal }: TwsRequest, error: unknown): boolean {
  return method !== 'POST' && !signal.aborted && error instanceof UpstreamError && error.isFailure;
}
