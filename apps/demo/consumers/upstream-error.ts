/** A server that Resync depends on failed, or said no. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  /** The status that it answered with; `undefined` where it did not answer. */
  readonly status: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly status?: number }) {
    super(message, options);
    this.status = options?.status;
  }
}

/** Fetches JSON, within a time limit. */
export async function fetchJson(
  name: string,
  url: string,
  { timeoutMs, ...init }: RequestInit & { readonly timeoutMs: number },
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw new UpstreamError(`${name} did not answer: ${String(error)}`, { cause: error });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new UpstreamError(`${name} answered ${response.status} to ${url}`, {
      status: response.status,
    });
  }
  return response.json();
}
