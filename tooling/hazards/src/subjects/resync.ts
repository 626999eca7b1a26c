import { compareCaches, type Cache, type Clock, type SetOptions } from '@resync/cache-contract';
import type { Subject, SubjectKind, Target } from '../subject.js';

/** What is used of `CacheMigrationManager`, which is handed in: its tests bring the sources, others the package. */
interface Manager {
  readonly state: Subject['state'];
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options?: SetOptions): Promise<void>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  getOrSet(key: string, loader: () => Promise<unknown>): Promise<unknown>;
  transition(target: Target): Promise<void>;
  rollback(why: string, options?: { readonly cold?: true }): Promise<void>;
  shutdown(): Promise<void>;
}

interface ManagerOptions {
  readonly component: string;
  readonly legacy: Cache;
  readonly next: Cache;
  readonly clock: Clock;
  readonly shadowRate: number;
  readonly random: () => number;
  readonly observer: { readonly compared: (verdict: string) => void };
}

/** What a comparison says of two sides that differ. */
const DIFFERENT: readonly string[] = ['value', 'absent', 'expiry'];

/** Ours, with every option at its default, except that `shadow` compares every read. */
export function resync(createManager: (options: ManagerOptions) => Manager): SubjectKind {
  return {
    name: 'CacheMigrationManager',
    who: '`@resync/cache-migration`, with `compareCaches` of `@resync/cache-contract` before the start',
    create: ({ legacy, next, clock }) => {
      const mismatches: string[] = [];
      const manager = createManager({
        component: 'hazards',
        legacy,
        next,
        clock,
        shadowRate: 1,
        random: () => 0,
        observer: {
          compared: (verdict) => {
            if (DIFFERENT.includes(verdict)) mismatches.push(verdict);
          },
        },
      });
      return {
        get state() {
          return manager.state;
        },
        mismatches,
        get: (key) => manager.get(key),
        set: (key, value, options) => manager.set(key, value, options),
        delete: (key) => manager.delete(key),
        clear: () => manager.clear(),
        getOrSet: (key, loader) => manager.getOrSet(key, loader),
        transition: (target) => manager.transition(target),
        rollback: () => manager.rollback('hazard'),
        rollbackCold: () => manager.rollback('hazard', { cold: true }),
        preflight: async () => (await compareCaches(legacy, next)).differences,
        close: () => manager.shutdown(),
      };
    },
  };
}
