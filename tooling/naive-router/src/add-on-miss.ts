import type { AddingCache } from '@resync/cache-contract';
import { HandWrittenRouter } from './hand-written-router.js';

/**
 * Its mistake: what next misses is taken over from legacy where next still has nothing. After a delete
 * that came in between it has nothing as well.
 */
export class AddOnMiss<V = unknown> extends HandWrittenRouter<V> {
  readonly #adding: AddingCache<V>;

  constructor(sides: { readonly legacy: AddingCache<V>; readonly next: AddingCache<V> }) {
    super(sides);
    this.#adding = sides.next;
  }

  protected override async read(key: string): Promise<V | undefined> {
    const value = await super.read(key);
    if (value !== undefined || !this.readsNext || this.state.stage !== 'live') return value;
    const found = await this.legacy.lookup(key);
    if (found.kind === 'miss') return undefined;
    await this.#adding.add(key, found.value);
    return found.value;
  }
}
