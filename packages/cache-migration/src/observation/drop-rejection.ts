/** Of an async function that nobody waits for: what it rejects with is dropped. */
export function dropRejection(returned: unknown): void {
  if (returned instanceof Promise) returned.catch(() => undefined);
}
