import type { Cache, Clock } from '@resync/cache-contract';

/** What is set, and for how long. */
export interface Setting<V> {
  readonly key: string;
  readonly value: V;
  /** The whole lifetime in milliseconds. */
  readonly ttl: number;
}

/** When a lifetime that begins now ends. Asks the clock only where it has to. */
export function deadlineOf(ttl: number, clock: Clock): number {
  return ttl === Infinity ? Infinity : clock.now() + ttl;
}

/** What is left until then, in milliseconds; nothing or less where it has passed. */
export function leftUntil(deadline: number, clock: Clock): number {
  return deadline === Infinity ? Infinity : deadline - clock.now();
}

/** Sets the key for what is left of its lifetime; where nothing is, deletes it. */
export function setFor<V>(cache: Cache<V>, { key, value, ttl }: Setting<V>): Promise<void> {
  if (ttl > 0) return cache.set(key, value, { ttl });
  return cache.delete(key).then(() => undefined);
}

/**
 * The call that sets the key on a side when its turn comes, with what is left then of the lifetime
 * that begins now.
 */
export function settingInTurn<V>(
  { key, value, ttl }: Setting<V>,
  clock: Clock,
): (cache: Cache<V>) => Promise<void> {
  const deadline = deadlineOf(ttl, clock);
  return (cache) => setFor(cache, { key, value, ttl: leftUntil(deadline, clock) });
}
