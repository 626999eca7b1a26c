/** Closes one thing that was started. */
export type Closer = () => Promise<unknown>;

/** In reverse order of starting; the first error is thrown last. */
export async function closeAll(closers: readonly Closer[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of [...closers].reverse()) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
