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

/** A request with its limit, in milliseconds. */
export interface UpstreamRequest extends RequestInit {
  readonly timeoutMs: number;
}

/** Fetches JSON, within a time limit. An answer to HEAD has none, and is null. */
export async function fetchJson(
  name: string,
  url: string,
  { timeoutMs, signal, ...init }: UpstreamRequest,
): Promise<unknown> {
  const limit = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    throw new UpstreamError(`${name} did not answer: ${String(error)}`, { cause: error });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new UpstreamError(`${name} answered ${response.status} to ${url}`, {
      status: response.status,
    });
  }
  if (init.method === 'HEAD') return null;
  try {
    return await response.json();
  } catch (error) {
    throw new UpstreamError(`${name} answered ${url} with something that is no JSON`, {
      cause: error,
    });
  }
}
