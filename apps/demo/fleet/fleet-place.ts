/** Where what the processes share is. */
export interface FleetPlace {
  /** The control store: what stands where, and what is asked for. */
  readonly control: string;
  readonly legacy: LegacyPlace;
  /** The database of the new caches. */
  readonly next: string;
}

type LegacyPlace =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'memcached'; readonly host: string; readonly port: number };

/** Names the rollout on the control store, and begins the names of all fleets. */
export const NAMESPACE = 'resync';

/** What the fleet of a component is called. */
export function fleetOf(component: string): string {
  return `${NAMESPACE}.${component}`;
}

/** Milliseconds after which the others no longer wait for a process that is gone. */
export const LEASE_MS = 3000;

/** The same Redis, so many databases further. */
export function databaseOf(url: string, further: number): string {
  const database = new URL(url);
  const number = Number(database.pathname.slice(1)) + further;
  database.pathname = `/${number}`;
  return database.href;
}
