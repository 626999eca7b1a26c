import type { CacheHierarchy } from './cache-hierarchy.js';

/** What can be taken out of the hierarchy at once, and the beginnings of its keys. */
export const CACHE_SCOPES = {
  all: [''],
  jobs: ['jobs', 'job:', 'details:', 'history:', 'log:', 'dependencies:'],
  plan: ['plan'],
  workstations: ['workstations'],
  resources: ['resources'],
  events: ['events:'],
} as const satisfies Record<string, readonly string[]>;

export type CacheScope = keyof typeof CACHE_SCOPES;

/**
 * Takes everything of a scope out of both levels: what is read afterwards was loaded afterwards.
 * Resolves with the number of entries that were there; for `all`, an estimate.
 */
export async function invalidate(cache: CacheHierarchy, scope: CacheScope): Promise<number> {
  if (scope === 'all') return cache.clear();
  const beginnings: readonly string[] = CACHE_SCOPES[scope];
  return cache.deleteWhere((key) => beginnings.some((beginning) => key.startsWith(beginning)));
}
