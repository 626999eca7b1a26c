import type { Lifetime } from './lifetime.js';

/** An entry that is about to be stored, all of it checked. */
export class NewEntry<V> {
  readonly key: string;
  readonly value: V;
  readonly lifetime: Lifetime;
  readonly tags: readonly string[];

  constructor(key: string, value: V, terms: Pick<NewEntry<V>, 'lifetime' | 'tags'>) {
    this.key = key;
    this.value = value;
    this.lifetime = terms.lifetime;
    this.tags = terms.tags;
  }

  /** The same with another lifetime. */
  living(lifetime: Lifetime): NewEntry<V> {
    return new NewEntry(this.key, this.value, { lifetime, tags: this.tags });
  }
}
