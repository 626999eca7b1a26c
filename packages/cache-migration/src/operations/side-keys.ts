import { hasEntries } from '@resync/cache-contract';
import type { Outcome } from '../sides/outcome.js';
import type { Side } from '../sides/side.js';

/**
 * The keys of a side, one after the other where it has `entries`, else from one list. Rejects as the
 * side does, or where it takes longer than the limit for a step.
 */
export async function* keysOf<V>(side: Side<V>, limitMs: number): AsyncGenerator<string, void> {
  const { cache } = side;
  if (!hasEntries(cache)) {
    yield* answerOf(await side.read(limitMs, () => cache.getKeys()));
    return;
  }
  const entries = cache.entries()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = answerOf(await side.read(limitMs, () => entries.next()));
      if (step.done === true) return;
      yield step.value.key;
    }
  } finally {
    // A step that hangs would hang this as well.
    void entries.return?.().catch(() => undefined);
  }
}

function answerOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'answered') return outcome.answer;
  throw outcome.error;
}
