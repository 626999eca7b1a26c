import { CacheMigrationManager } from '@resync/cache-migration';
import type { Lookup } from '@resync/cache-contract';

const BYTES = 20_000;

/** A manager that remembers every read, for nothing: what a leak test must find. */
export class LeakyRouter<V> extends CacheMigrationManager<V> {
  readonly #kept: { readonly key: string; readonly ballast: number[] }[] = [];

  override lookup(key: string): Promise<Lookup<V>> {
    this.#kept.push({ key, ballast: Array.from({ length: BYTES / 8 }, () => Math.random()) });
    return super.lookup(key);
  }
}
