import type { Cache, Clock } from '@resync/cache-contract';

/** The whole lifetime of what is set, as a cache is told. */
export interface Lifetime {
  /** Milliseconds, or `Infinity`. */
  readonly ttl: number;
}

/** What is set, and for how long. */
export interface Setting<V> {
  readonly key: string;
  readonly value: V;
  readonly lifetime: Lifetime;
}

/** When a lifetime that begins now ends. Asks the clock only where it has to. */
export function deadlineOf({ ttl }: Lifetime, clock: Clock): number {
  return ttl === Infinity ? Infinity : clock.now() + ttl;
}

/** What is left of a lifetime until it ends; nothing or less where that has passed. */
export function leftUntil(deadline: number, lifetime: Lifetime, clock: Clock): Lifetime {
  return deadline === Infinity ? lifetime : { ttl: deadline - clock.now() };
}

/** Sets the key for what is left of its lifetime; where nothing is, deletes it. */
export function setFor<V>(cache: Cache<V>, { key, value, lifetime }: Setting<V>): Promise<void> {
  if (lifetime.ttl > 0) return cache.set(key, value, lifetime);
  return cache.delete(key).then(() => undefined);
}

/**
 * The call that sets the key on a side when its turn comes, with what is left then of the lifetime
 * that begins now.
 */
export function settingInTurn<V>(
  { key, value, lifetime }: Setting<V>,
  clock: Clock,
): (cache: Cache<V>) => Promise<void> {
  const deadline = deadlineOf(lifetime, clock);
  return (cache) => setFor(cache, { key, value, lifetime: leftUntil(deadline, lifetime, clock) });
}
