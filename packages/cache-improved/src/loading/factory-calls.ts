import { assertValue } from '@resync/cache-contract';
import { LoadCall, type BatchFactory, type Factory } from './load-context.js';
import type { Load, Loaded } from './loads.js';

/** What a factory gave for the one key that it was asked for. */
class LoadedValue<V> implements Loaded<V> {
  readonly ttl: number | undefined;
  readonly #value: V;

  constructor(value: V, ttl: number | undefined) {
    this.#value = value;
    this.ttl = ttl;
  }

  valueOf(): V {
    return this.#value;
  }
}

/** The load of one key. */
export function keyLoad<V>(factory: Factory<V>, key: string, staleValue: V | undefined): Load<V> {
  return async (interest) => {
    const call = new LoadCall(interest, key, staleValue);
    const value = await factory(call);
    assertValue(value);
    return new LoadedValue(value, call.ttl);
  };
}

/** The load of several keys at once; what the factory gives beyond them is dropped. */
export function batchLoad<V>(factory: BatchFactory<V>, keys: readonly string[]): Load<V> {
  return async (interest) => {
    const call = new LoadCall<never>(interest, '', undefined);
    const values = new Map(await factory(keys, call));
    for (const value of values.values()) assertValue(value);
    return { valueOf: (key) => values.get(key), ttl: call.ttl };
  };
}
