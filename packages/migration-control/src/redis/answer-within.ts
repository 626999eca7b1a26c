import type { Clock } from '@resync/cache-contract';

/** For how long an answer is waited for. */
export interface Patience {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when nobody waits any longer. Default: never. */
  readonly signal?: AbortSignal;
}

/**
 * The answer of a server that may stand still. What was asked may happen nevertheless.
 *
 * @throws Error where it is late, or nobody waits any longer
 */
export async function answerWithin<T>(
  answered: Promise<T>,
  { clock, timeoutMs, signal }: Patience,
): Promise<T> {
  let giveUp: (why: string) => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = (why) => reject(new Error(why));
  });
  const late = clock.schedule(() => giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
  const left = (): void => giveUp('nobody waits for the answer any longer');
  signal?.addEventListener('abort', left);
  if (signal?.aborted === true) left();
  try {
    return await Promise.race([answered, givenUp]);
  } finally {
    late.cancel();
    signal?.removeEventListener('abort', left);
  }
}
