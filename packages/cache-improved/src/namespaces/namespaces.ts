import type { CacheStorage } from '../cache-storage.js';
import type { NamespaceOptions } from '../improved-cache-options.js';
import { Partitions } from './partitions.js';

/** What the namespaces of a cache are made of. */
export interface NamespacesParts<V, View> {
  /** Of the cache, whole. */
  readonly storage: CacheStorage<V>;
  readonly makeView: (part: CacheStorage<V>, options: NamespaceOptions<V>) => View;
}

/** The views of a cache by name, each on a part of its storage. */
export class Namespaces<V, View> {
  readonly #parts: NamespacesParts<V, View>;
  readonly #views = new Map<string, View>();
  #partitions: Partitions<V> | undefined;

  constructor(parts: NamespacesParts<V, View>) {
    this.#parts = parts;
  }

  /** The parts of the storage; `undefined` as long as nobody asked for a namespace. */
  get partitions(): Partitions<V> | undefined {
    return this.#partitions;
  }

  /** Those that were opened. */
  get views(): readonly View[] {
    return [...this.#views.values()];
  }

  /** @throws CacheError `INVALID_OPTION` for a storage that cannot be divided */
  open(name: string, options: NamespaceOptions<V>): View {
    const known = this.#views.get(name);
    if (known !== undefined) return known;
    this.#partitions ??= new Partitions(this.#parts.storage);
    const view = this.#parts.makeView(this.#partitions.part(name), options);
    this.#views.set(name, view);
    return view;
  }
}
