import { request } from 'undici';

/** A server that Resync depends on failed, or said no. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code = 'UPSTREAM';
  /** The status that it answered with; `undefined` where it did not answer. */
  readonly status: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly status?: number }) {
    super(message, options);
    this.status = options?.status;
  }

  /** Whether the server is down or in trouble, so that another try may help; a 404 is an answer. */
  get isFailure(): boolean {
    return this.status === undefined || this.status >= 500 || this.status === 429;
  }
}

/** A request with its limit, in milliseconds: for the beginning of the answer, and between its parts. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
}

/** Fetches JSON, within a time limit. An answer to HEAD has none, and is null. */
export async function fetchJson(
  name: string,
  url: string,
  { timeoutMs, ...init }: UpstreamRequest,
): Promise<unknown> {
  let response: Awaited<ReturnType<typeof request>>;
  try {
    response = await request(url, {
      ...init,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  } catch (error) {
    throw new UpstreamError(`${name} did not answer: ${String(error)}`, { cause: error });
  }
  const { statusCode, body } = response;
  if (statusCode >= 300 || init.method === 'HEAD') await body.dump();
  if (statusCode >= 300) {
    throw new UpstreamError(`${name} answered ${statusCode} to ${url}`, { status: statusCode });
  }
  if (init.method === 'HEAD') return null;
  try {
    return await body.json();
  } catch (error) {
    throw new UpstreamError(`${name} answered ${url} with something that is no JSON`, {
      cause: error,
    });
  }
}
