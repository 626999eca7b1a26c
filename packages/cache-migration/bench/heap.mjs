import { CacheMigrationManager } from '@resync/cache-migration';
import { BareCache } from './bare-cache.mjs';
import { migrationAt } from './migrations.mjs';

/** Clean keys may leave so much in the manager. */
export const HEAP_BAR_MB = 1;

const KEYS = 1_000_000;

/** A cache that keeps nothing, so that what is left is the manager's. */
class ForgetfulCache extends BareCache {
  /** @override */
  async set() {
    return undefined;
  }
}

/**
 * What a million keys that both sides have confirmed leave in the heap, in megabytes.
 *
 * @param {() => void} collectGarbage
 */
export async function heapOfCleanKeys(collectGarbage) {
  const manager = await migrationAt('live', { Cache: ForgetfulCache, isTimed: true });
  if (!(manager instanceof CacheMigrationManager)) throw new TypeError('expected a manager');
  await manager.set('the first one', 0);
  const before = heapMb(collectGarbage);
  const BATCH = 100;
  for (let key = 0; key < KEYS; key += BATCH) {
    await Promise.all(
      Array.from({ length: BATCH }, (_, index) => manager.set(`key:${key + index}`, index)),
    );
  }
  return heapMb(collectGarbage) - before;
}

/** @param {() => void} collectGarbage */
function heapMb(collectGarbage) {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
