/** A listener whose failures are dropped: who only listens stops nothing. */
export function guarded<Told extends unknown[]>(
  listener: ((...told: Told) => void) | undefined,
): (...told: Told) => void {
  return (...told) => {
    try {
      listener?.(...told);
    } catch {
      // Nobody is there whom it could be told to.
    }
  };
}
