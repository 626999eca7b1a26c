import type { Lookup, SetOptions } from '@resync/cache-contract';
import type { MigrationState, MigrationTarget } from '@resync/cache-migration';
import type { Router } from '../router.js';

/** A router that tells which keys are read, for the judge's samples. */
export class SampledRouter<V> implements Router<V> {
  readonly #router: Router<V>;
  readonly #saw: (key: string) => void;

  constructor(router: Router<V>, saw: (key: string) => void) {
    this.#router = router;
    this.#saw = saw;
  }

  get state(): MigrationState {
    return this.#router.state;
  }

  get status(): Router<V>['status'] {
    return this.#router.status;
  }

  get(key: string): Promise<V | undefined> {
    this.#saw(key);
    return this.#router.get(key);
  }

  lookup(key: string): Promise<Lookup<V>> {
    this.#saw(key);
    return this.#router.lookup(key);
  }

  getOrSet(key: string, loader: () => Promise<V>, options?: SetOptions): Promise<V> {
    this.#saw(key);
    return this.#router.getOrSet(key, loader, options);
  }

  has(key: string): Promise<boolean> {
    this.#saw(key);
    return this.#router.has(key);
  }

  set(key: string, value: V, options?: SetOptions): Promise<void> {
    return this.#router.set(key, value, options);
  }

  delete(key: string): Promise<boolean> {
    return this.#router.delete(key);
  }

  size(): Promise<number> {
    return this.#router.size();
  }

  getKeys(): Promise<string[]> {
    return this.#router.getKeys();
  }

  clear(): Promise<void> {
    return this.#router.clear();
  }

  transition(target: MigrationTarget, why?: string): Promise<void> {
    return this.#router.transition(target, why);
  }

  rollback(why: string, options?: { readonly cold?: true }): Promise<void> {
    return this.#router.rollback(why, options);
  }

  shutdown(): Promise<void> {
    return this.#router.shutdown();
  }
}
