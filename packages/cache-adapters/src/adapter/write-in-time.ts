import type { Backend, PreparedEntry } from './backend.js';

/** An entry whose turn to be written comes later; its lifetime runs meanwhile. */
export interface EntryInTurn<V> {
  /** When it ends, in milliseconds since the epoch; `Infinity` where the library alone counts. */
  readonly deadline: number;
  /** The entry, with what is left of its lifetime. */
  readonly now: () => PreparedEntry<V>;
}

/**
 * Stores an entry so that it ends in time. A library counts from its own look at the clock, and where the
 * process was held up before that, the end it gives is late. The entry is then written once more, so much
 * shorter, and removed where that is late as well.
 */
export async function writeInTime<V>(backend: Backend<V>, entry: EntryInTurn<V>): Promise<void> {
  const late = await writeOnce(backend, entry, 0);
  if (late === 0) return;
  const stillLate = await writeOnce(backend, entry, late);
  if (stillLate > 0) await backend.remove(entry.now().key);
}

/** Resolves with how late the entry ends, in milliseconds. */
async function writeOnce<V>(
  backend: Backend<V>,
  entry: EntryInTurn<V>,
  shorter: number,
): Promise<number> {
  const { key, value, ttl } = entry.now();
  const left = ttl === undefined ? undefined : Math.max(0, ttl - shorter);
  if (left === 0) {
    await backend.remove(key);
    return 0;
  }
  const written = backend.write(key, value, left);
  const hasTimePassed = entry.now().ttl !== ttl;
  await written;
  // Where other processes write too, a second write might undo theirs.
  if (!hasTimePassed || backend.traits.shared) return 0;
  const { expiresAt = entry.deadline } = (await backend.read(key)) ?? {};
  return Math.max(0, expiresAt - entry.deadline);
}
