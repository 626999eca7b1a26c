/** For a caller's function that is only told of something: no call fails because a listener does. */
export function dropErrors(tell: () => unknown): void {
  try {
    const told = tell();
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {
    // Whoever throws here was told, and nobody else is concerned.
  }
}
